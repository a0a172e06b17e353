//! Word vectors of our own: how much more often than by chance words stand near each other (positive
//! pointwise mutual information, with the smoothed contexts of Levy, Goldberg and Dagan, 2015), reduced
//! to few dimensions by a randomised subspace iteration (Halko, Martinsson and Tropp, 2011).

use std::collections::{HashMap, HashSet};

use peerscope::insight::training::{Form, KnownWord, Words, hash_of_word, tokens_of};

use crate::labelled::Labelled;

const DIMENSIONS: usize = 100;
/// Dimensions that are only there to make the others right.
const SPARE: usize = 12;
const ROUNDS: usize = 4;
const MOST_WORDS: usize = 16_000;
const FEWEST_MENTIONS: usize = 8;
/// In tokens.
const WINDOW: usize = 5;
/// Words with a greater share are counted less, as if most of their mentions were left out.
const FREQUENT: f64 = 1e-4;

/// Learns the words of these posts.
pub(crate) fn learn<'a>(posts: impl Iterator<Item = &'a Labelled>) -> Words {
    let mut corpus = Corpus::default();
    for post in posts {
        corpus.take(post);
    }
    let vocabulary = corpus.vocabulary();
    let places: HashMap<u64, u32> = (0..).zip(&vocabulary).map(|(at, it)| (it.0, at)).collect();
    let shares: Vec<f64> = vocabulary.iter().map(|it| it.1 as f64 / corpus.tokens as f64).collect();
    let mut vectors = reduced(&information(&corpus.lines, &places, &shares), vocabulary.len());
    centre(&mut vectors);
    let mut numbers = Vec::with_capacity(vectors.len() * DIMENSIONS);
    let mut words = Vec::with_capacity(vectors.len());
    for (vector, (hash, count)) in vectors.iter().zip(&vocabulary) {
        let scale = vector.iter().fold(1e-9, |most, it: &f64| it.abs().max(most));
        numbers.extend(vector.iter().map(|it| (it / scale * 127.0).round() as i8));
        let (word, posts) = &corpus.words[hash];
        words.push(KnownWord {
            word: word.clone(),
            share: (*count as f64 / corpus.tokens as f64) as f32,
            spread: (*posts as f64 / corpus.posts as f64) as f32,
            scale: scale as f32,
        });
    }
    Words::new(DIMENSIONS, words, numbers)
}

#[derive(Default)]
struct Corpus {
    /// Hashes of the words of each heading or paragraph.
    lines: Vec<Vec<u64>>,
    /// How each word is written, and how many posts have it.
    words: HashMap<u64, (String, usize)>,
    counts: HashMap<u64, usize>,
    tokens: usize,
    posts: usize,
}

impl Corpus {
    fn take(&mut self, post: &Labelled) {
        let mut seen = HashSet::new();
        let prose = post.blocks.iter().filter(|it| {
            use peerscope::domain::BlockKind as Kind;
            matches!(it.kind, Kind::Paragraph | Kind::Heading | Kind::ListItem | Kind::Quote)
        });
        for text in prose.map(|it| it.text.as_str()).chain([post.title.as_str()]) {
            let mut line = Vec::new();
            for token in tokens_of(text) {
                self.tokens += 1;
                *self.counts.entry(token.hash).or_default() += 1;
                line.push(token.hash);
                let word = || match token.form {
                    Form::Number if token.text.len() < 2 => "0".to_owned(),
                    Form::Number => "00".to_owned(),
                    _ => token.text.to_lowercase().replace('’', "'"),
                };
                let known = self.words.entry(token.hash).or_insert_with(|| (word(), 0));
                if seen.insert(token.hash) {
                    known.1 += 1;
                }
            }
            self.lines.push(line);
        }
        self.posts += 1;
    }

    /// The commonest words with their counts; of equal ones in the order of the alphabet.
    fn vocabulary(&self) -> Vec<(u64, usize)> {
        let known = self.counts.iter().filter(|it| *it.1 >= FEWEST_MENTIONS);
        let known = known.filter(|it| hash_of_word(&self.words[it.0].0) == *it.0);
        let mut known: Vec<(u64, usize)> = known.map(|(hash, count)| (*hash, *count)).collect();
        known.sort_by(|one, other| {
            other.1.cmp(&one.1).then_with(|| self.words[&one.0].0.cmp(&self.words[&other.0].0))
        });
        known.truncate(MOST_WORDS);
        known
    }
}

/// A symmetric matrix, row by row.
type Rows = Vec<Vec<(u32, f32)>>;

fn information(lines: &[Vec<u64>], places: &HashMap<u64, u32>, shares: &[f64]) -> Rows {
    let kept: Vec<f64> =
        shares.iter().map(|it| ((FREQUENT / it).sqrt() + FREQUENT / it).min(1.0)).collect();
    let mut near: Vec<HashMap<u32, f32>> = vec![HashMap::new(); shares.len()];
    for line in lines {
        let line: Vec<Option<u32>> = line.iter().map(|it| places.get(it).copied()).collect();
        for (at, one) in line.iter().enumerate() {
            let Some(one) = *one else { continue };
            for distance in 1..=WINDOW.min(line.len() - 1 - at) {
                let Some(other) = line[at + distance] else { continue };
                let weight = kept[one as usize] * kept[other as usize] / distance as f64;
                *near[one as usize].entry(other).or_default() += weight as f32;
                *near[other as usize].entry(one).or_default() += weight as f32;
            }
        }
    }
    let sums: Vec<f64> = near
        .iter()
        .map(|row| {
            // In the order of the numbers, so that it comes out alike every time.
            let mut values: Vec<f32> = row.values().copied().collect();
            values.sort_unstable_by(f32::total_cmp);
            values.iter().map(|it| f64::from(*it)).sum()
        })
        .collect();
    let smoothed: Vec<f64> = sums.iter().map(|it| it.powf(0.75)).collect();
    let all: f64 = smoothed.iter().sum();
    let rows = near.into_iter().enumerate().map(|(at, row)| {
        let information = row.into_iter().filter(|it| it.1 > 0.02).filter_map(|(other, weight)| {
            let value = (f64::from(weight) * all / (sums[at] * smoothed[other as usize])).ln();
            (value > 0.0).then_some((other, value as f32))
        });
        let mut row: Vec<(u32, f32)> = information.collect();
        row.sort_unstable_by_key(|it| it.0);
        row
    });
    rows.collect()
}

/// The best few dimensions of a matrix: its vectors times the roots of their strengths.
fn reduced(matrix: &Rows, size: usize) -> Vec<Vec<f64>> {
    let columns = DIMENSIONS + SPARE;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut base: Vec<Vec<f64>> =
        (0..size).map(|_| (0..columns).map(|_| random()).collect()).collect();
    for _ in 0..ROUNDS {
        base = times(matrix, &base);
        orthonormalise(&mut base);
    }
    let image = times(matrix, &base);
    let mut small = vec![vec![0.0; columns]; columns];
    for (row, image) in base.iter().zip(&image) {
        for (at, value) in row.iter().enumerate() {
            for (cell, image) in small[at].iter_mut().zip(image) {
                *cell += value * image;
            }
        }
    }
    let (strengths, turns) = diagonalised(small);
    let mut order: Vec<usize> = (0..columns).collect();
    order.sort_by(|one, other| strengths[*other].abs().total_cmp(&strengths[*one].abs()));
    order.truncate(DIMENSIONS);
    let turned = |row: &Vec<f64>| {
        order
            .iter()
            .map(|column| {
                let value: f64 =
                    row.iter().zip(&turns).map(|(value, turn)| value * turn[*column]).sum();
                value * strengths[*column].abs().sqrt()
            })
            .collect()
    };
    base.iter().map(turned).collect()
}

fn times(matrix: &Rows, base: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let row = |row: &Vec<(u32, f32)>| {
        let mut sum = vec![0.0; base[0].len()];
        for (other, value) in row {
            for (sum, it) in sum.iter_mut().zip(&base[*other as usize]) {
                *sum += f64::from(*value) * it;
            }
        }
        sum
    };
    matrix.iter().map(row).collect()
}

/// Gram and Schmidt's method, twice, which is enough (Giraud and others, 2005).
fn orthonormalise(base: &mut [Vec<f64>]) {
    let columns = base[0].len();
    for column in 0..columns {
        for _ in 0..2 {
            let mut shared = vec![0.0; column];
            for row in base.iter() {
                for (shared, it) in shared.iter_mut().zip(row) {
                    *shared += it * row[column];
                }
            }
            for row in base.iter_mut() {
                let part: f64 = shared.iter().zip(row.iter()).map(|(shared, it)| shared * it).sum();
                row[column] -= part;
            }
        }
        let norm = base.iter().map(|it| it[column] * it[column]).sum::<f64>().sqrt().max(1e-12);
        for it in base.iter_mut() {
            it[column] /= norm;
        }
    }
}

/// Jacobi's method for symmetric matrices: strengths, and the vectors as columns.
fn diagonalised(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let mut turns: Vec<Vec<f64>> =
        (0..size).map(|row| (0..size).map(|it| f64::from(u8::from(it == row))).collect()).collect();
    for _ in 0..12 {
        for one in 0..size {
            for other in one + 1..size {
                if matrix[one][other].abs() < 1e-12 {
                    continue;
                }
                let half = (matrix[other][other] - matrix[one][one]) / (2.0 * matrix[one][other]);
                let tangent = half.signum() / (half.abs() + (half * half + 1.0).sqrt());
                let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
                let turn = tangent * cosine;
                for row in matrix.iter_mut().chain(turns.iter_mut()) {
                    let (first, second) = (row[one], row[other]);
                    row[one] = cosine * first - turn * second;
                    row[other] = turn * first + cosine * second;
                }
                let (above, below) = matrix.split_at_mut(other);
                for (first, second) in above[one].iter_mut().zip(&mut below[0]) {
                    (*first, *second) =
                        (cosine * *first - turn * *second, turn * *first + cosine * *second);
                }
            }
        }
    }
    ((0..size).map(|it| matrix[it][it]).collect(), turns)
}

/// Moves the middle of all vectors to 0, and gives each the length 1.
fn centre(vectors: &mut [Vec<f64>]) {
    let mut middle = vec![0.0; DIMENSIONS];
    for vector in vectors.iter() {
        middle.iter_mut().zip(vector).for_each(|(sum, it)| *sum += it / vectors.len() as f64);
    }
    for vector in vectors {
        vector.iter_mut().zip(&middle).for_each(|(it, middle)| *it -= middle);
        let norm = vector.iter().map(|it| it * it).sum::<f64>().sqrt().max(1e-12);
        for it in vector.iter_mut() {
            *it /= norm;
        }
    }
}
