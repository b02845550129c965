//! What stands beside the ledger for a committee's year: accrual adjustments, agreed levels, volumes and prices.

mod accrual_adjustments;
mod agreed_levels;
mod volume_assumptions;
mod volume_view;

use crate::auth::call::Call;
use crate::auth::perm::Permission;
use crate::problem::Problem;
use utfall_domain::period::Year;
use utfall_domain::text::Code;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(accrual_adjustments::configure)
        .configure(agreed_levels::configure)
        .configure(volume_assumptions::configure);
}

/// The year and the committee of the path; what is neither, or out of reach, is not there.
pub(super) fn of_path<P: Permission + 'static>(call: &Call<P>) -> Result<(Year, Code), Problem> {
    let year = Year::parse(&call.path("year")?).map_err(|_| Problem::not_found())?;
    let committee = Code::parse(&call.committee()?).map_err(|_| Problem::not_found())?;
    Ok((year, committee))
}
