//! Refresh tokens: each is turned in once, and one that is used again ends its whole family.

use super::{access, ask, change, error, hypergene};
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::Answer;
use utfall_tests::on_both_stores;

async fn begin(app: &TestApp, secret: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "0580.hypergene"),
        ("client_secret", secret),
        ("scope", "offline_access"),
    ];
    ask(app, &form).await
}

async fn turn(app: &TestApp, secret: &str, token: &str) -> Answer {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "0580.hypergene"),
        ("client_secret", secret),
        ("refresh_token", token),
    ];
    ask(app, &form).await
}

#[track_caller]
fn refresh(answer: &Answer) -> String {
    answer.succeeded()["refresh_token"].as_str().expect("a refresh token").to_owned()
}

on_both_stores! {
    async fn a_refresh_token_is_turned_in_once(app) {
        let admin = app.admin().await;
        let secret = hypergene(&admin, "reader").await;
        let first = refresh(&begin(&app, &secret).await);
        let turned = turn(&app, &secret, &first).await;
        app.bearer(MUNICIPALITY, &access(&turned)).get("committees").await.succeeded();
        let second = refresh(&turned);
        let third = refresh(&turn(&app, &secret, &second).await);
        assert_ne!(first, second);
        assert_eq!(error(&turn(&app, "wrong", &third).await, 401), "invalid_client");
        assert_eq!(error(&turn(&app, &secret, "nonsense").await, 400), "invalid_grant");
        // Whoever has stolen the second one ends the third.
        assert_eq!(error(&turn(&app, &secret, &second).await, 400), "invalid_grant");
        assert_eq!(error(&turn(&app, &secret, &third).await, 400), "invalid_grant");
        let event = &admin.get("audit-events?limit=1").await.succeeded()["auditEvents"][0];
        assert_eq!((event["outcome"].as_str(), event["action"].as_str()), (Some("refused"), Some("reuse-refresh-token")));
        assert_eq!(event["subject"], "0580.hypergene");
        // Another family is not touched, until the client is closed.
        let other = refresh(&begin(&app, &secret).await);
        let other = refresh(&turn(&app, &secret, &other).await);
        change(&admin, |client| client["closed"] = true.into()).await;
        change(&admin, |client| client["closed"] = false.into()).await;
        assert_eq!(error(&turn(&app, &secret, &other).await, 400), "invalid_grant");
    }

    async fn two_at_once_with_one_refresh_token_get_one_answer_at_most(app) {
        let secret = hypergene(&app.admin().await, "reader").await;
        for _ in 0..5 {
            let token = refresh(&begin(&app, &secret).await);
            let (one, other) = tokio::join!(turn(&app, &secret, &token), turn(&app, &secret, &token));
            let let_in = [one, other].iter().filter(|answer| answer.status.is_success()).count();
            assert!(let_in <= 1, "{let_in} were let in");
        }
    }
}
