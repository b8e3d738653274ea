//! Who calls: the bearer token of a request becomes a principal in its extensions.

use super::rate::RateLimit;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use runtime::identity::{AuthError, Authenticator};
use std::sync::Arc;
use tokio::time::Instant;
use tonic::Status;

/// Methods that need no token: signing in, health, reflection.
const OPEN: [&str; 3] = ["/oneroom.v1alpha1.SessionService/CreateSession", "/grpc.health.v1.Health/", "/grpc.reflection."];

/// The token a request was sent with, for services that end sessions. Never shown.
#[derive(Clone)]
pub struct BearerToken(pub String);

/// Why there is no principal.
#[derive(Debug, thiserror::Error)]
pub enum NoPrincipal {
    /// No token at all.
    #[error("no token: expected «authorization: Bearer …» with a token from SessionService/CreateSession or `oneroom device add`")]
    Missing,
    /// The header says something else.
    #[error("the authorization header is not valid: expected «Bearer » and a token")]
    Malformed,
    /// The token was refused.
    #[error(transparent)]
    Refused(#[from] AuthError),
}

/// Takes the bearer token out of the headers.
///
/// # Errors
/// [`NoPrincipal::Missing`] or [`NoPrincipal::Malformed`].
pub fn bearer(headers: &HeaderMap) -> Result<&str, NoPrincipal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(NoPrincipal::Missing)?;
    if values.next().is_some() {
        return Err(NoPrincipal::Malformed);
    }
    let text = value.to_str().map_err(|_| NoPrincipal::Malformed)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => Ok(token.trim()),
        _ => Err(NoPrincipal::Malformed),
    }
}

/// The gRPC status of a refusal.
#[must_use]
pub fn status(error: &AuthError) -> Status {
    match error {
        AuthError::TooMany => Status::resource_exhausted(error.to_string()),
        AuthError::Store(_) | AuthError::Busy => Status::unavailable(error.to_string()),
        AuthError::Internal(_) => Status::internal(error.to_string()),
        _ => Status::unauthenticated(error.to_string()),
    }
}

/// Who may call, and how often.
#[derive(Clone)]
pub struct Gate {
    /// Whose token it is.
    pub authenticator: Arc<Authenticator>,
    /// How many requests each may send.
    pub limit: Arc<RateLimit>,
}

/// The layer before every gRPC service.
pub async fn authenticate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if OPEN.iter().any(|open| if open.ends_with(['/', '.']) { path.starts_with(open) } else { path == *open }) {
        return next.run(request).await;
    }
    let token = match bearer(request.headers()) {
        Ok(token) => token.to_owned(),
        Err(none) => return Status::unauthenticated(none.to_string()).into_http(),
    };
    match gate.authenticator.authenticate(&token).await {
        Ok(principal) => {
            if let Err(too_many) = gate.limit.take(&principal.principal_id, Instant::now()) {
                metrics::counter!("oneroom_rate_limited_total").increment(1);
                return too_many.status().into_http();
            }
            request.extensions_mut().insert(principal);
            request.extensions_mut().insert(BearerToken(token));
            next.run(request).await
        }
        Err(error) => {
            metrics::counter!("oneroom_tokens_refused_total").increment(1);
            status(&error).into_http()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_bearer_token_is_taken() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer or_x"]).unwrap(), "or_x");
        assert_eq!(of(&["bearer  or_x "]).unwrap(), "or_x");
        assert!(matches!(of(&[]), Err(NoPrincipal::Missing)));
        for wrong in [&["or_x"][..], &["Basic or_x"], &["Bearer "], &["Bearer or_x", "Bearer or_y"]] {
            assert!(matches!(of(wrong), Err(NoPrincipal::Malformed)), "{wrong:?}");
        }
    }
}
