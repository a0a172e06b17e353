//! The `peerscope` program: hands its arguments to [`peerscope::cli`].

fn main() -> std::process::ExitCode {
    peerscope::cli::run()
}
