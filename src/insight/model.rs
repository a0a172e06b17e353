//! The model: what was learned from labelled posts, as one file.

use std::sync::LazyLock;

use super::{
    linear::Linear,
    tokens::{hash_of_word, upper_half},
    words::{KnownWord, Words},
};

/// Moves whenever the same post may be read otherwise than before: with the weights, and with every
/// change to what is made of them.
pub const MODEL: u32 = 3;

/// How many outputs there are for roles: none, then the four roles.
pub const ROLES: usize = 5;
/// The outputs for posts: the kinds, and for each worth above 0 the odds of it or a higher one.
pub const POST_OUTPUTS: usize = 12;

/// What was learned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub words: Words,
    /// See [`Model::organisation`]; ascending.
    pub trained_on: Vec<u32>,
    /// From the features of a sentence to its role.
    pub sentence: Linear,
    /// From the roles of the sentences around it, too.
    pub context: Linear,
    /// Added to the logarithm of each role's share before the greatest is taken.
    pub role_bias: Vec<f32>,
    /// The least share with which a passage of each of the four roles is quoted.
    pub role_floor: Vec<f32>,
    pub post: Linear,
    /// Added to the logarithm of each kind's share before the greatest is taken.
    pub kind_bias: Vec<f32>,
    /// From which expected worth on a post has the worth 1, 2 and 3.
    pub worth_steps: Vec<f32>,
}

static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
    Model::from_bytes(include_bytes!("weights.bin")).unwrap_or_else(|| {
        unreachable!("a test reads the weights that are built in");
    })
});

/// The model that is built in; loaded once.
pub fn model() -> &'static Model {
    &SHIPPED
}

/// Begins the file, and tells its layout.
const MAGIC: &[u8; 8] = b"insight1";

impl Model {
    /// Stands for an organisation among those whose posts a model was trained on.
    pub fn organisation(name: &str) -> u32 {
        upper_half(hash_of_word(name))
    }

    /// Whether posts of this organisation were trained on.
    pub fn was_trained_on(&self, name: &str) -> bool {
        self.trained_on.binary_search(&Self::organisation(name)).is_ok()
    }

    /// Writes the file. Numbers are little-endian; lists come after their lengths.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        push_words(&self.words, &mut bytes);
        push_hashes(&self.trained_on, &mut bytes);
        for linear in [&self.sentence, &self.context, &self.post] {
            push_linear(linear, &mut bytes);
        }
        for numbers in [&self.role_bias, &self.role_floor, &self.kind_bias, &self.worth_steps] {
            push_numbers(numbers, &mut bytes);
        }
        bytes
    }

    /// `None` for anything that [`Model::to_bytes`] did not write.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC)?);
        let model = Self {
            words: take_words(&mut bytes)?,
            trained_on: bytes.hashes()?,
            sentence: take_linear(&mut bytes)?,
            context: take_linear(&mut bytes)?,
            post: take_linear(&mut bytes)?,
            role_bias: bytes.numbers()?,
            role_floor: bytes.numbers()?,
            kind_bias: bytes.numbers()?,
            worth_steps: bytes.numbers()?,
        };
        bytes.0.is_empty().then_some(model)
    }
}

fn push_count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn push_numbers(numbers: &[f32], bytes: &mut Vec<u8>) {
    push_count(numbers.len(), bytes);
    bytes.extend(numbers.iter().flat_map(|it| it.to_le_bytes()));
}

fn push_hashes(hashes: &[u32], bytes: &mut Vec<u8>) {
    push_count(hashes.len(), bytes);
    bytes.extend(hashes.iter().flat_map(|it| it.to_le_bytes()));
}

fn push_small(numbers: &[i8], bytes: &mut Vec<u8>) {
    push_count(numbers.len(), bytes);
    bytes.extend(numbers.iter().flat_map(|it| it.to_le_bytes()));
}

fn push_words(words: &Words, bytes: &mut Vec<u8>) {
    push_count(words.dimensions, bytes);
    let text: Vec<&str> = words.words.iter().map(|it| it.word.as_str()).collect();
    let text = text.join("\n");
    push_count(text.len(), bytes);
    bytes.extend(text.as_bytes());
    let column = |number: fn(&KnownWord) -> f32| words.words.iter().map(number).collect::<Vec<_>>();
    push_numbers(&column(|it| it.share), bytes);
    push_numbers(&column(|it| it.spread), bytes);
    push_numbers(&column(|it| it.scale), bytes);
    push_small(&words.vectors, bytes);
}

fn take_words(bytes: &mut Bytes<'_>) -> Option<Words> {
    let dimensions = bytes.count()?;
    let length = bytes.count()?;
    let text = std::str::from_utf8(bytes.take(length)?).ok()?;
    let numbers = [bytes.numbers()?, bytes.numbers()?, bytes.numbers()?];
    let vectors = bytes.small()?;
    let words: Vec<KnownWord> = text
        .split('\n')
        .filter(|it| !it.is_empty())
        .enumerate()
        .map(|(at, word)| {
            let number = |which: usize| numbers[which].get(at).copied();
            let (share, spread, scale) = (number(0)?, number(1)?, number(2)?);
            Some(KnownWord { word: word.to_owned(), share, spread, scale })
        })
        .collect::<Option<_>>()?;
    (vectors.len() == words.len() * dimensions).then(|| Words::new(dimensions, words, vectors))
}

fn push_linear(linear: &Linear, bytes: &mut Vec<u8>) {
    push_count(linear.outputs, bytes);
    push_numbers(&[linear.length], bytes);
    push_numbers(&linear.bias, bytes);
    push_numbers(&linear.dense, bytes);
    push_numbers(&linear.scales, bytes);
    push_hashes(&linear.hashes, bytes);
    push_small(&linear.sparse, bytes);
}

fn take_linear(bytes: &mut Bytes<'_>) -> Option<Linear> {
    let outputs = bytes.count()?;
    let length = bytes.numbers()?.first().copied()?;
    let (bias, dense, scales) = (bytes.numbers()?, bytes.numbers()?, bytes.numbers()?);
    let hashes = bytes.hashes()?;
    let sparse = bytes.small()?;
    let fits = sparse.len() == hashes.len() * outputs && bias.len() == outputs;
    let linear =
        Linear { outputs, length, bias, dense, hashes, sparse, scales, ..Linear::default() };
    fits.then(|| linear.ready())
}

/// What is left to read of a file.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn count(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    }

    fn numbers(&mut self) -> Option<Vec<f32>> {
        let count = self.count()?;
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.as_chunks().0.iter().map(|it| f32::from_le_bytes(*it)).collect())
    }

    fn hashes(&mut self) -> Option<Vec<u32>> {
        let count = self.count()?;
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.as_chunks().0.iter().map(|it| u32::from_le_bytes(*it)).collect())
    }

    fn small(&mut self) -> Option<Vec<i8>> {
        let count = self.count()?;
        Some(self.take(count)?.iter().map(|it| i8::from_le_bytes([*it])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_that_are_built_in_can_be_read() {
        let model = Model::from_bytes(include_bytes!("weights.bin")).unwrap();
        assert_eq!(model.sentence.outputs, ROLES);
        assert_eq!(model.context.outputs, ROLES);
        assert_eq!(model.post.outputs, POST_OUTPUTS);
        assert_eq!(model.to_bytes(), include_bytes!("weights.bin"));
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let whole = Model::default().to_bytes();
        assert!(Model::from_bytes(&whole).is_some());
        for end in 0..whole.len() {
            assert!(Model::from_bytes(&whole[..end]).is_none(), "{end}");
        }
        assert!(Model::from_bytes(&[whole, vec![0]].concat()).is_none());
    }
}
