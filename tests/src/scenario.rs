//! States that tests begin from.

use crate::app::TestApp;
use crate::client::{Answer, Client};
use utfall_api::demo::linkoping;

/// Linköping's code plan, with an administrator.
pub async fn code_plan(app: &TestApp) -> Client {
    let admin = app.admin().await;
    for (path, body) in [
        ("committees", linkoping::COMMITTEES.to_owned()),
        ("accounts", linkoping::ACCOUNTS.to_owned()),
        ("units", linkoping::UNITS.to_owned()),
        ("activities", linkoping::activities()),
    ] {
        admin.put_as(path, "application/json", body).await.succeeded();
    }
    admin
}

/// The code plan, the policy of zero tolerance, the year before, the budget and the forecast: all but August 2018.
pub async fn before_august(app: &TestApp) -> Client {
    let admin = code_plan(app).await;
    admin.put_as("deviation-policies/SN", "application/json", linkoping::POLICY).await.succeeded();
    let accumulated = "ledger?basis=accumulated&amountUnit=tkr";
    for (path, csv) in [
        (format!("outcomes/2017-08/{accumulated}"), linkoping::delivery(|a| a.outcome_previous)),
        (format!("outcomes/2017-12/{accumulated}"), linkoping::delivery(|a| a.closing_previous)),
        ("budgets/2018/original?amountUnit=tkr".to_owned(), linkoping::budget()),
        ("forecasts/2018-08/controller?amountUnit=tkr".to_owned(), linkoping::delivery(|a| a.forecast)),
    ] {
        admin.put_csv(&path, csv).await.succeeded();
    }
    admin
}

/// Posts August 2018.
pub async fn august(client: &Client) -> Answer {
    client.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", linkoping::delivery(|a| a.outcome)).await
}
