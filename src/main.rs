//! The `peerscope` program: hands its arguments to the command line, once there is one.

fn main() {}
