//! The stages of learning, each on what the one before says of posts that it was not trained on.

use peerscope::{
    domain::Kind,
    insight::training::{
        Around, Features, Linear, Model, POST_OUTPUTS, ROLES, Shares, Split, Words, expected_worth,
        likeliest, post_features, sentence_features, shares, shares_of, summed_up, verdict_of,
    },
};

use crate::{
    labelled::Labelled,
    logistic::{Loss, Row, fit, pruned},
    scores::{auc, f1, mean, spearman},
};

/// Parts into which the organisations are divided.
const PARTS: usize = 6;

const SENTENCE_PENALTY: f64 = 10.0;
const CONTEXT_PENALTY: f64 = 20.0;
const KIND_PENALTY: f64 = 3.0;
const WORTH_PENALTY: f64 = 3.0;
const SENTENCE_LENGTH: f32 = 5.0;
const POST_LENGTH: f32 = 4.0;
const FEWEST: usize = 3;

/// Labelled posts, looked at.
pub(crate) struct Learning<'a> {
    posts: Vec<Looked<'a>>,
    others: f32,
}

struct Looked<'a> {
    labelled: &'a Labelled,
    split: Split<'a>,
    part: usize,
    sentences: Vec<Features>,
}

impl Looked<'_> {
    /// Labelled sentences with the numbers of their roles.
    fn roles(&self) -> impl Iterator<Item = (usize, usize)> {
        let roles = self.labelled.roles.iter().enumerate();
        roles.filter_map(|(at, role)| Some((at, (*role)?)))
    }
}

fn one_hot(number: usize, of: usize) -> Vec<f32> {
    (0..of).map(|it| f32::from(u8::from(it == number))).collect()
}

/// Divides organisations into parts of about equal numbers of posts, the largest first.
fn parts(posts: &[Labelled]) -> impl Fn(&str) -> usize {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for post in posts {
        *counts.entry(&post.org).or_default() += 1;
    }
    let mut orgs: Vec<(usize, &str)> =
        counts.into_iter().map(|(org, count)| (count, org)).collect();
    orgs.sort_by(|one, other| other.cmp(one));
    let mut sizes = [0; PARTS];
    let mut part_of = std::collections::HashMap::new();
    for (count, org) in orgs {
        let part = (0..PARTS).min_by_key(|it| sizes[*it]).unwrap_or_default();
        sizes[part] += count;
        part_of.insert(org.to_owned(), part);
    }
    move |org| part_of.get(org).copied().unwrap_or_default()
}

impl<'a> Learning<'a> {
    pub(crate) fn of(posts: &'a [Labelled], words: &Words, others: f32) -> Self {
        let part_of = parts(posts);
        let looked = posts.iter().map(|labelled| {
            let split = Split::of(labelled.post());
            let vectors = split.vectors(words);
            let sentences = vectors
                .iter()
                .enumerate()
                .map(|(at, vector)| sentence_features(&split, at, vector, words).once())
                .collect();
            Looked { labelled, part: part_of(&labelled.org), split, sentences }
        });
        Self { posts: looked.collect(), others }
    }

    /// Learns everything, and tells how well each stage does on organisations it never saw.
    pub(crate) fn model(&self, words: &Words, told: &impl Fn(&str)) -> Model {
        let everyone: Vec<&Looked<'_>> = self.posts.iter().collect();
        let by_part = in_parts(|part| self.sentence_model(&self.without(part)));
        let alone: Vec<Vec<Shares>> =
            self.posts.iter().map(|post| alone(post, &by_part[post.part])).collect();
        told("roles, sentences alone");
        self.tell_roles(&alone);
        let sentence = pruned(&self.sentence_model(&everyone));
        let (context, in_context) = self.context(&alone);
        told("roles, in context");
        let role_bias = self.tell_roles(&in_context);
        let role_floor = self.floors(&in_context, &role_bias);
        let (post, scores) = self.post(&alone, &in_context, words);
        told("posts");
        let mut model = Model {
            words: words.clone(),
            trained_on: self.organisations(),
            sentence,
            context,
            role_bias,
            role_floor,
            post: pruned(&post),
            kind_bias: vec![0.0; Kind::ALL.len()],
            worth_steps: vec![0.5, 1.5, 2.5],
        };
        self.settle_posts(&scores, &mut model);
        model
    }

    fn organisations(&self) -> Vec<u32> {
        let names: std::collections::BTreeSet<u32> =
            self.posts.iter().map(|it| Model::organisation(&it.labelled.org)).collect();
        names.into_iter().collect()
    }

    fn without(&self, part: usize) -> Vec<&Looked<'a>> {
        self.posts.iter().filter(|it| it.part != part).collect()
    }

    fn sentence_model(&self, posts: &[&Looked<'_>]) -> Linear {
        let rows: Vec<Row<'_>> = posts
            .iter()
            .flat_map(|post| {
                post.roles().map(|(at, role)| Row {
                    features: &post.sentences[at],
                    target: one_hot(role, ROLES),
                    weight: if post.labelled.are_roles_added { self.others } else { 1.0 },
                })
            })
            .collect();
        fit(&rows, Loss::Softmax, SENTENCE_PENALTY, SENTENCE_LENGTH, FEWEST)
    }

    /// The second look: learned from the first look at posts that it was not trained on.
    fn context(&self, alone: &[Vec<Shares>]) -> (Linear, Vec<Vec<Shares>>) {
        let features: Vec<Vec<Features>> = self
            .posts
            .iter()
            .zip(alone)
            .map(|(post, alone)| {
                let around = Around::of(&post.split, alone);
                (0..alone.len()).map(|at| around.features(at)).collect()
            })
            .collect();
        let learned = |without: Option<usize>| {
            let posts = self.posts.iter().zip(&features).filter(|it| Some(it.0.part) != without);
            let rows: Vec<Row<'_>> = posts
                .flat_map(|(post, features)| {
                    post.roles().map(|(at, role)| Row {
                        features: &features[at],
                        target: one_hot(role, ROLES),
                        weight: if post.labelled.are_roles_added { self.others } else { 1.0 },
                    })
                })
                .collect();
            fit(&rows, Loss::Softmax, CONTEXT_PENALTY, 1.0, 1)
        };
        let by_part = in_parts(|part| learned(Some(part)));
        let shares = self.posts.iter().zip(&features).map(|(post, features)| {
            let model = &by_part[post.part];
            features.iter().map(|it| shares(&model.scores(it))).collect()
        });
        let shares = shares.collect();
        (learned(None), shares)
    }

    /// Prints how well roles are told, and returns the bias with which they are told best.
    fn tell_roles(&self, shares: &[Vec<Shares>]) -> Vec<f32> {
        let mut rows: Vec<(Shares, usize)> = Vec::new();
        for (post, shares) in
            self.posts.iter().zip(shares).filter(|it| !it.0.labelled.are_roles_added)
        {
            rows.extend(post.roles().map(|(at, role)| (shares[at], role)));
        }
        let bias = best_bias(&rows, ROLES, 1);
        let truth: Vec<usize> = rows.iter().map(|it| it.1).collect();
        let plain: Vec<usize> = rows.iter().map(|it| likeliest(&it.0, &[0.0; ROLES])).collect();
        let told: Vec<usize> = rows.iter().map(|it| likeliest(&it.0, &bias)).collect();
        let each = f1(&truth, &told, ROLES);
        println!(
            "           {} sentences, macro-F1 {:.4} ({:.4} without bias), each {each:.3?}, bias {bias:.2?}",
            rows.len(),
            mean(&each[1..]),
            mean(&f1(&truth, &plain, ROLES)[1..]),
        );
        for floor in [0.0, 0.3, 0.4, 0.5, 0.6] {
            let (right, shown, posts) = self.first_challenge(shares, &bias, floor);
            print!(
                "           first challenge from {floor:.1} on: {:.3} of {shown} in {posts} posts;",
                right as f64 / shown as f64
            );
        }
        println!();
        bias
    }

    /// Of the posts in which a challenge would be quoted, in how many the surest one is one.
    fn first_challenge(
        &self,
        shares: &[Vec<Shares>],
        bias: &[f32],
        floor: f32,
    ) -> (usize, usize, usize) {
        let (mut right, mut shown, mut posts) = (0, 0, 0);
        for (post, shares) in
            self.posts.iter().zip(shares).filter(|it| !it.0.labelled.are_roles_added)
        {
            let labelled: Vec<(usize, usize)> = post.roles().collect();
            posts += usize::from(labelled.iter().any(|it| it.1 == 1));
            let quoted = labelled
                .iter()
                .filter(|(at, _)| shares[*at][1] >= floor && likeliest(&shares[*at], bias) == 1);
            let best = quoted.max_by(|one, other| shares[one.0][1].total_cmp(&shares[other.0][1]));
            shown += usize::from(best.is_some());
            right += usize::from(best.is_some_and(|it| it.1 == 1));
        }
        (right, shown, posts)
    }

    /// The least share with which a passage is quoted: as low as four of five of the surest are right.
    fn floors(&self, shares: &[Vec<Shares>], bias: &[f32]) -> Vec<f32> {
        let floor = |role: usize| {
            let mut best: Vec<(f32, bool)> = Vec::new();
            for (post, shares) in
                self.posts.iter().zip(shares).filter(|it| !it.0.labelled.are_roles_added)
            {
                let told = post.roles().filter(|(at, _)| likeliest(&shares[*at], bias) == role);
                let surest =
                    told.max_by(|one, other| shares[one.0][role].total_cmp(&shares[other.0][role]));
                best.extend(surest.map(|(at, truth)| (shares[at][role], truth == role)));
            }
            best.sort_by(|one, other| other.0.total_cmp(&one.0));
            let mut floor = 1.0;
            let mut right = 0.0;
            let wanted = if role <= 2 { 0.78 } else { 0.6 };
            let mut posts = 0;
            for (number, (share, is_right)) in best.iter().enumerate() {
                right += f64::from(u8::from(*is_right));
                if right / (number + 1) as f64 >= wanted {
                    floor = *share;
                    posts = number + 1;
                }
            }
            println!("           role {role}: from {floor:.3} on, {posts} of {} posts", best.len());
            floor
        };
        (1..ROLES).map(floor).collect()
    }

    fn post(
        &self,
        alone: &[Vec<Shares>],
        in_context: &[Vec<Shares>],
        words: &Words,
    ) -> (Linear, Vec<Option<Vec<f32>>>) {
        let features: Vec<Features> = self
            .posts
            .iter()
            .zip(alone.iter().zip(in_context))
            .map(|(post, (alone, in_context))| {
                post_features(&post.split, &summed_up(alone, in_context), words).once()
            })
            .collect();
        let learned = |without: Option<usize>| {
            let rows: Vec<(&Looked<'_>, &Features)> = self
                .posts
                .iter()
                .zip(&features)
                .filter(|it| Some(it.0.part) != without && it.0.labelled.kind.is_some())
                .collect();
            joined(&[
                fit(
                    &targets(&rows, |it| one_hot(it.kind.unwrap_or(Kind::News) as usize, 9)),
                    Loss::Softmax,
                    KIND_PENALTY,
                    POST_LENGTH,
                    FEWEST,
                ),
                fit(
                    &targets(&rows, |it| {
                        let worth = it.worth.unwrap_or_default();
                        (1..=3).map(|least| f32::from(u8::from(worth >= least))).collect()
                    }),
                    Loss::Odds,
                    WORTH_PENALTY,
                    POST_LENGTH,
                    FEWEST,
                ),
            ])
        };
        let by_part = in_parts(|part| learned(Some(part)));
        let scores = self.posts.iter().zip(&features).map(|(post, features)| {
            post.labelled.kind.is_some().then(|| by_part[post.part].scores(features))
        });
        let scores = scores.collect();
        (learned(None), scores)
    }

    /// Sets what turns outputs into kinds and worths, and prints how well posts are told.
    fn settle_posts(&self, scores: &[Option<Vec<f32>>], model: &mut Model) {
        let labelled = self.posts.iter().zip(scores).filter(|it| !it.0.labelled.is_kind_added);
        let rows: Vec<(&Labelled, &Vec<f32>)> =
            labelled.filter_map(|(post, scores)| Some((post.labelled, scores.as_ref()?))).collect();
        let kinds: Vec<([f32; 9], usize)> = rows
            .iter()
            .map(|(post, scores)| {
                let shares = shares_of(&scores[..9]).try_into().unwrap_or_default();
                (shares, post.kind.unwrap_or(Kind::News) as usize)
            })
            .collect();
        model.kind_bias = best_bias(&kinds, 9, 0);
        let truth: Vec<usize> = kinds.iter().map(|it| it.1).collect();
        let told: Vec<usize> = kinds.iter().map(|it| likeliest(&it.0, &model.kind_bias)).collect();
        let each = f1(&truth, &told, 9);
        let plain: Vec<usize> = kinds.iter().map(|it| likeliest(&it.0, &[0.0; 9])).collect();
        println!(
            "           {} posts, kinds macro-F1 {:.4} ({:.4} without bias), each {each:.2?}",
            rows.len(),
            mean(&each),
            mean(&f1(&truth, &plain, 9))
        );
        let substance: Vec<f64> =
            kinds.iter().map(|it| f64::from(it.0[..3].iter().sum::<f32>())).collect();
        let is_substance: Vec<bool> = truth.iter().map(|it| *it < 3).collect();
        let worth: Vec<f64> =
            rows.iter().map(|it| f64::from(it.0.worth.unwrap_or_default())).collect();
        let highest: Vec<bool> = rows.iter().map(|it| it.0.worth == Some(3)).collect();
        let expected: Vec<f64> =
            rows.iter().map(|it| f64::from(expected_worth(&it.1[9..]))).collect();
        println!(
            "           worth 3 AUC {:.4}, Spearman {:.4}",
            auc(&expected, &highest),
            spearman(&expected, &worth)
        );
        println!("           substance AUC {:.4}", auc(&substance, &is_substance));
        let mut expected: Vec<f32> =
            rows.iter().map(|it| verdict_of(it.1, model).expected).collect();
        expected.sort_by(f32::total_cmp);
        let below =
            |worth: u8| rows.iter().filter(|it| it.0.worth.is_some_and(|it| it < worth)).count();
        model.worth_steps = (1..=3).map(|it| expected[below(it).min(expected.len() - 1)]).collect();
        println!(
            "           worth steps {:.2?}, kind bias {:.2?}",
            model.worth_steps, model.kind_bias
        );
    }
}

fn targets<'a>(
    rows: &[(&'a Looked<'_>, &'a Features)],
    target: impl Fn(&Labelled) -> Vec<f32>,
) -> Vec<Row<'a>> {
    let row = |(post, features): &(&Looked<'_>, &'a Features)| Row {
        features,
        target: target(post.labelled),
        weight: 1.0,
    };
    rows.iter().map(row).collect()
}

/// Several models of the same features as one.
fn joined(models: &[Linear; 2]) -> Linear {
    let outputs = models.iter().map(|it| it.outputs).sum();
    assert_eq!(outputs, POST_OUTPUTS, "the outputs for posts");
    let together = |rows: usize, of: &dyn Fn(&Linear, usize) -> Vec<f32>| {
        (0..rows)
            .flat_map(|row| models.iter().flat_map(|it| of(it, row)).collect::<Vec<_>>())
            .collect()
    };
    let row_of =
        |numbers: &[f32], outputs: usize, row: usize| numbers[row * outputs..][..outputs].to_vec();
    let first = &models[0];
    let sparse = (0..first.hashes.len()).flat_map(|row| {
        models.iter().flat_map(move |it| it.sparse[row * it.outputs..][..it.outputs].to_vec())
    });
    Linear {
        outputs,
        length: first.length,
        bias: together(1, &|it, row| row_of(&it.bias, it.outputs, row)),
        scales: together(1, &|it, row| row_of(&it.scales, it.outputs, row)),
        dense: together(first.dense.len() / first.outputs, &|it, row| {
            row_of(&it.dense, it.outputs, row)
        }),
        sparse: sparse.collect(),
        hashes: first.hashes.clone(),
        ..Linear::default()
    }
    .ready()
}

fn alone(post: &Looked<'_>, model: &Linear) -> Vec<Shares> {
    post.sentences.iter().map(|it| shares(&model.scores(it))).collect()
}

/// Learns once for each part, two at a time.
fn in_parts(learned: impl Fn(usize) -> Linear + Sync) -> Vec<Linear> {
    let parts: Vec<usize> = (0..PARTS).collect();
    let mut models = Vec::new();
    for pair in parts.chunks(2) {
        std::thread::scope(|scope| {
            let learned = &learned;
            let threads: Vec<_> =
                pair.iter().map(|part| scope.spawn(move || learned(*part))).collect();
            models.extend(threads.into_iter().filter_map(|it| it.join().ok()));
        });
    }
    models
}

/// The bias of each class with which the mean F1 of the classes from `first` on is greatest: found by
/// trying steps, one class after the other.
fn best_bias<const N: usize>(rows: &[([f32; N], usize)], classes: usize, first: usize) -> Vec<f32> {
    let truth: Vec<usize> = rows.iter().map(|it| it.1).collect();
    let quality = |bias: &[f32]| {
        let told: Vec<usize> = rows.iter().map(|it| likeliest(&it.0, bias)).collect();
        mean(&f1(&truth, &told, classes)[first..])
    };
    // Begins by favouring rare classes, more or less.
    let rarities = (0..classes).map(|class| {
        let count = truth.iter().filter(|it| **it == class).count().max(1);
        (truth.len() as f32 / count as f32).ln()
    });
    let rarities: Vec<f32> = rarities.collect();
    let begins =
        [0.0, 0.2, 0.4, 0.6, 0.8].map(|part| rarities.iter().map(|it| it * part).collect());
    let (mut best, mut bias) = begins
        .into_iter()
        .map(|bias: Vec<f32>| (quality(&bias), bias))
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .unwrap_or_default();
    for step in [1.0, 0.6, 0.3, 0.15] {
        for _ in 0..3 {
            for class in 0..classes {
                for direction in [-step, step] {
                    let mut tried = bias.clone();
                    tried[class] += direction;
                    let value = quality(&tried);
                    // A little more is luck.
                    if value > best + 5e-4 {
                        (best, bias) = (value, tried);
                    }
                }
            }
        }
    }
    bias
}
