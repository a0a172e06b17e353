//! Pictures of articles: what they are by their first bytes, whatever a server says, and what ours are called.

use super::{Address, Digest};

/// What is shown: pixels, which can do nothing. An SVG is a document that can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureType {
    Png,
    Jpeg,
    Gif,
    WebP,
    Avif,
}

/// Largest picture that is fetched and kept, in bytes.
pub const LARGEST_PICTURE: u64 = 5 * 1024 * 1024;

impl PictureType {
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let is_avif = |brand: &[u8]| matches!(brand, b"avif" | b"avis");
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
                if brand.len() >= 4 && is_avif(&brand[..4]) =>
            {
                Some(Self::Avif)
            }
            _ => None,
        }
    }

    /// As HTTP calls it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// What we call the picture at an address: nothing can be told from it, and no two are called the same.
pub fn picture_name(address: &Address) -> String {
    Digest::of([b"picture".as_slice(), address.as_str().as_bytes()]).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_first_bytes_say() {
        for (bytes, kind) in [
            (b"\x89PNG\r\n\x1a\nrest".as_slice(), Some(PictureType::Png)),
            (b"\xff\xd8\xff\xe0", Some(PictureType::Jpeg)),
            (b"GIF89a", Some(PictureType::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(PictureType::WebP)),
            (b"\0\0\0\x1cftypavif\0\0", Some(PictureType::Avif)),
            (b"\0\0\0\x1cftypmp42\0\0", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!doctype html>", None),
            (b"", None),
        ] {
            assert_eq!(PictureType::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_safe_in_a_path_and_of_one_address_only() {
        let name = |address: &str| picture_name(&address.parse().unwrap());
        let one = name("https://a.example/x.png");
        assert!(one.len() == 32 && one.bytes().all(|it| it.is_ascii_hexdigit()), "{one}");
        assert_ne!(one, name("https://a.example/x.png?y"));
    }
}
