//! u
fn main(){}
