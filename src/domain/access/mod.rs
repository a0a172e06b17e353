//! Who may come in, and as whom: readers with logins, passwords, sessions, tokens of programs.

mod api_token;
mod attempts;
mod key;
mod networks;
mod password;
mod reader;
mod recommendation;
mod session;

pub use api_token::{
    ApiToken, ApiTokenDraft, LONGEST_TOKEN_NAME, MOST_TOKEN_DAYS, Scope, Scopes, ScopesError,
};
pub use attempts::LoginLimits;
pub use key::{AccessKey, AccessKeyError, KeyDigest, TOKEN_PREFIX};
pub use networks::{Auth, Networks, NetworksError};
pub use password::{LONGEST_PASSWORD, Password, PasswordError, SHORTEST_PASSWORD};
pub use reader::{Reader, ReaderName, ReaderNameError, ReaderRole, display_name};
pub use recommendation::{Comment, LONGEST_COMMENT, Recommendation};
pub use session::{Session, agent_in_short};
