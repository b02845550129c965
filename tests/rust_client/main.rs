//! The main job with the client that is generated from the contract: what does not fit the contract does not compile.

// The generator's own style.
#[allow(warnings)]
mod generated;

use generated::{GetOperatingSummaryAmountUnit, HttpClient, PostingInput};
use std::error::Error;

/// The whole month, as the economy system has it.
const MONTH: &str = r#"{ "basis": "accumulated", "amountUnit": "kr", "signConvention": "debit-positive",
    "entries": [{ "account": "4551", "unit": "3102", "activity": "HVBU", "amount": 65251000 }] }"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(token)) = (arguments.next(), arguments.next()) else { return Err("an address and a token".into()) };
    let client = HttpClient::new().with_base_url(address).with_api_key(token);
    let month: PostingInput = serde_json::from_str(MONTH)?;
    let no = None::<&str>;
    let receipt = client
        .put_outcome("0580", "2018-08", "ledger", None, None, None, None, no, None, no, no, no, None, None, no, no, month)
        .await?;
    let unit = Some(GetOperatingSummaryAmountUnit::Tkr);
    let summary = client
        .get_operating_summary("0580", Some("SN"), Some("2018-08"), None, None, unit, None, None, no, no, no, no)
        .await?;
    println!("posted as revision {:?}; {} rows in the summary", receipt.revision, summary.rows.len());
    Ok(())
}
