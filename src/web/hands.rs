//! What a service can do beside showing what its library holds: change `feeds.toml`, fetch pictures.

use crate::{feeds::FeedsFile, reading::Pictures};

#[derive(Clone, Debug)]
pub struct Hands {
    pub feeds: FeedsFile,
    pub pictures: Pictures,
}
