//! `GET /api/v1/account`: as whom the API answers, and what may be asked.

use axum::{Json, extract::State};
use serde::Serialize;

use super::handlers::Answer;
use crate::{
    domain::{ReaderRole, Scopes},
    web::{
        Web,
        identity::{self, Via},
        problem::Problem,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct AccountShape {
    name: String,
    display_name: String,
    role: ReaderRole,
    /// Of the token; `null` for whoever comes without one.
    scopes: Option<Scopes>,
}

pub(crate) async fn account(State(web): State<Web>) -> Answer<AccountShape> {
    web.must_have_logins()?;
    let identity = identity::current().ok_or(Problem::LogIn)?;
    let reader = identity.reader.clone().ok_or(Problem::LogIn)?;
    let scopes = match &identity.via {
        Via::Token(scopes) => Some(scopes.clone()),
        _ => None,
    };
    let (name, display_name, role) = (reader.name.to_string(), reader.display, reader.role);
    Ok(Json(AccountShape { name, display_name, role, scopes }))
}
