//! Years of a query.

use crate::problem::Problem;
use utfall_domain::period::Year;

/// The year that a parameter names, if it names one.
pub fn year(name: &str, year: Option<i32>) -> Result<Option<i16>, Problem> {
    let read = |year: i32| {
        Year::new(year).map(Year::number).map_err(|why| Problem::parameter(name, &year.to_string(), &why.to_string()))
    };
    year.map(read).transpose()
}
