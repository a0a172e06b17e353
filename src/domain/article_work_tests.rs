//! What the article work decides.
