//! The routes of both versions, in one table: the calls are read by it and the contracts are written from it.

use super::Version;

/// What there are lists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    KeyFigures,
    KeyFigureGroups,
    Areas,
    AreaGroups,
    Units,
}

impl Entity {
    pub(super) const ALL: [Self; 5] =
        [Self::KeyFigures, Self::KeyFigureGroups, Self::Areas, Self::AreaGroups, Self::Units];

    /// Its name in a path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::KeyFigures => "kpi",
            Self::KeyFigureGroups => "kpi_groups",
            Self::Areas => "municipality",
            Self::AreaGroups => "municipality_groups",
            Self::Units => "ou",
        }
    }

    /// The one of that name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.name() == name)
    }
}

/// What values are asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    KeyFigure,
    Area,
    Unit,
    Year,
}

impl Dimension {
    pub(super) const ALL: [Self; 4] = [Self::KeyFigure, Self::Area, Self::Unit, Self::Year];

    /// Its name in a path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::KeyFigure => "kpi",
            Self::Area => "municipality",
            Self::Unit => "ou",
            Self::Year => "year",
        }
    }

    /// Its names in a query of version 3.
    pub(super) const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::KeyFigure => &["kpi_id"],
            Self::Area => &["municipality_id"],
            Self::Unit => &["ou_id"],
            Self::Year => &["year"],
        }
    }

    /// The one of that name; units are named where their values are asked for.
    pub(super) fn of(name: &str, of_units: bool) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|dimension| dimension.name() == name)?;
        (of_units || found != Self::Unit).then_some(found)
    }
}

/// The paths of values: under `data` or `oudata`, in the order that Kolada writes them.
pub(super) fn of_values(version: Version) -> Vec<(bool, &'static [Dimension])> {
    use Dimension::{Area, KeyFigure, Unit, Year};
    let mut paths: Vec<(bool, &'static [Dimension])> = vec![
        (false, &[KeyFigure, Area, Year]),
        (false, &[KeyFigure, Year]),
        (false, &[KeyFigure, Area]),
        (false, &[Area, Year]),
        (true, &[KeyFigure, Unit, Year]),
        (true, &[KeyFigure, Year]),
        (true, &[KeyFigure, Unit]),
        (true, &[Unit, Year]),
        (true, &[Area, Year]),
    ];
    if version == Version::V3 {
        paths.extend([(false, &[][..]), (true, &[][..])]);
    }
    paths
}
