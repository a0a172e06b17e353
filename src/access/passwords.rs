//! Hashes of passwords: Argon2id, a few at a time, as slow for whoever does not exist.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2, Params,
    password_hash::{Error as HashError, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::{AccessError, random};
use crate::domain::{LONGEST_PASSWORD, Password};

/// Each takes 19 MiB and one core for as long as it lasts.
const AT_ONCE: usize = 2;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Of bytes that nobody noted down, at the same cost: what a name that nobody has is compared with.
const OF_NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw\
                         $5PqWJ1sQmWnXvXbVt0E7Jw0m3dT8yq4p2cM1Z0o9LkI";

/// Hashes and compares passwords. Clones share the places.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

/// What comparing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Wrong,
    Right,
    /// The hash was made at another cost than is usual now.
    RightAtOtherCost,
}

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// As a PHC string with a salt of its own.
    pub(super) async fn hash(&self, password: Password) -> Result<String, AccessError> {
        let salt: [u8; 16] = random()?;
        self.work(move || hash(&password, &salt)).await?
    }

    /// Takes as long where there is no hash.
    pub(super) async fn compare(
        &self,
        typed: &str,
        hash: Option<String>,
    ) -> Result<Compared, AccessError> {
        let typed = if typed.len() > LONGEST_PASSWORD { "" } else { typed }.to_owned();
        self.work(move || compare(&typed, hash.as_deref())).await?
    }

    /// The place is kept until the work is done, also where nobody waits for it any more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccessError> {
        let place = self.0.clone().acquire_owned().await.map_err(|_| AccessError::Thread)?;
        let work = move || {
            let done = work();
            drop(place);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| AccessError::Thread)
    }
}

fn hash(password: &Password, salt: &[u8]) -> Result<String, AccessError> {
    let hashed: Result<PasswordHash, HashError> =
        hasher()?.hash_password_with_salt(password.reveal().as_bytes(), salt);
    hashed.map(|it| it.to_string()).map_err(|error| AccessError::Hash(error.to_string()))
}

fn compare(typed: &str, hash: Option<&str>) -> Result<Compared, AccessError> {
    let told = |error: HashError| AccessError::Hash(error.to_string());
    let parsed = PasswordHash::new(hash.unwrap_or(OF_NOBODY));
    let parsed = parsed.map_err(|error| AccessError::Hash(error.to_string()))?;
    match hasher()?.verify_password(typed.as_bytes(), &parsed) {
        Ok(()) if hash.is_none() => Ok(Compared::Wrong),
        Ok(()) => Ok(at_cost(&parsed)),
        Err(HashError::PasswordInvalid) => Ok(Compared::Wrong),
        Err(error) => Err(told(error)),
    }
}

fn at_cost(hash: &PasswordHash) -> Compared {
    let usual = PasswordHash::new(OF_NOBODY).map(|it| it.params);
    if usual.is_ok_and(|it| it == hash.params) {
        Compared::Right
    } else {
        Compared::RightAtOtherCost
    }
}

fn hasher() -> Result<&'static Argon2<'static>, AccessError> {
    static HASHER: LazyLock<Option<Argon2<'static>>> = LazyLock::new(|| {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
        Some(Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params))
    });
    HASHER.as_ref().ok_or_else(|| AccessError::Hash("the cost cannot be had".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(typed: &str) -> Password {
        Password::new(typed, &"ada".parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_no_two_hashes_are_the_same() {
        let passwords = Passwords::default();
        let one = passwords.hash(password("correct horse")).await.unwrap();
        let other = passwords.hash(password("correct horse")).await.unwrap();
        assert_ne!(one, other);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        let compare =
            async |typed: &str| passwords.compare(typed, Some(one.clone())).await.unwrap();
        assert_eq!(compare("correct horse").await, Compared::Right);
        assert_eq!(compare("correct house").await, Compared::Wrong);
        assert_eq!(compare("").await, Compared::Wrong);
    }

    #[tokio::test]
    async fn who_has_no_password_is_compared_at_the_same_cost() {
        let usual = hash(&password("correct horse"), &[7; 16]).unwrap();
        let (usual, nobody) =
            (PasswordHash::new(&usual).unwrap(), PasswordHash::new(OF_NOBODY).unwrap());
        assert_eq!(nobody.params, usual.params);
        assert_eq!((nobody.algorithm, nobody.version), (usual.algorithm, usual.version));
        let length = |it: &PasswordHash| it.hash.as_ref().map(|it| it.as_bytes().len());
        assert_eq!(length(&nobody), length(&usual));
        let passwords = Passwords::default();
        assert_eq!(passwords.compare("correct horse", None).await.unwrap(), Compared::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_known_and_told() {
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let cheap = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let hash: PasswordHash = cheap.hash_password_with_salt(b"correct horse", &[7; 16]).unwrap();
        let compared = Passwords::default().compare("correct horse", Some(hash.to_string())).await;
        assert_eq!(compared.unwrap(), Compared::RightAtOtherCost);
        let damaged = Passwords::default().compare("correct horse", Some("x".to_owned())).await;
        assert!(matches!(damaged, Err(AccessError::Hash(_))));
    }
}
