//! Steering models (styrmodeller): which levels a municipality's goal chain has, and what each may carry.

use super::scale::Scale;
use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

words! {
    /// What the nodes of a level are.
    LevelKind: 5 {
        /// Rubrik: a vision, a perspective, a process.
        Heading = "heading",
        /// Mål.
        Goal = "goal",
        /// Åtagande.
        Commitment = "commitment",
        /// Uppdrag.
        Assignment = "assignment",
        /// Styrande dokument.
        GoverningDocument = "governing-document",
    }
}

words! {
    /// What a node of a level may carry.
    Carried: 6 {
        /// Målvärden.
        Targets = "targets",
        /// Indikatorer.
        Indicators = "indicators",
        /// Bedömning.
        Assessment = "assessment",
        /// Ansvariga nämnder och bolag.
        Responsibles = "responsibles",
        /// Aktiviteter.
        ActivitySteps = "activity-steps",
        /// Uppfyllelsekriterium i ord.
        Criterion = "criterion",
    }
}

/// A level of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// What its nodes are.
    pub kind: LevelKind,
    /// Whether it runs beside the chain: its nodes stand for themselves, under a node of the chain or under one beside it.
    pub is_beside: bool,
    /// Whether nodes below it may stand without one of it above them.
    pub may_be_skipped: bool,
    /// What its nodes may carry.
    pub carries: Vec<Carried>,
    /// The scale that its nodes are assessed on.
    pub scale: Option<Code>,
}

impl Level {
    /// Whether its nodes may carry something.
    pub fn may_carry(&self, what: Carried) -> bool {
        self.carries.contains(&what)
    }
}

/// A chapter that a follow-up has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its code.
    pub code: Code,
    /// Its heading.
    pub title: Name,
    /// Whether a follow-up is incomplete without it.
    pub is_required: bool,
}

/// A municipality's steering model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SteeringModel {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// The first year that it steers.
    pub first_year: Option<Year>,
    /// The last year that it steers.
    pub last_year: Option<Year>,
    /// The levels, from the top.
    pub levels: Vec<Level>,
    /// The assessment scales.
    pub scales: Vec<Scale>,
    /// The chapters of a follow-up, in order.
    pub chapters: Vec<Chapter>,
}

impl SteeringModel {
    /// The level of a code.
    pub fn level(&self, code: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.code.as_str() == code)
    }

    /// The scale of a code.
    pub fn scale(&self, code: &str) -> Option<&Scale> {
        self.scales.iter().find(|scale| scale.code.as_str() == code)
    }

    /// The scale that nodes of a level are assessed on.
    pub fn scale_of(&self, level: &str) -> Option<&Scale> {
        self.level(level)?.scale.as_ref().and_then(|scale| self.scale(scale.as_str()))
    }

    /// Whether a node of a level may stand under one of another, or as a root; the reason when it may not.
    pub fn may_stand_under(&self, child: &Level, parent: Option<&Level>) -> Result<(), String> {
        let place = |level: &Level| self.levels.iter().position(|known| known.code == level.code).unwrap_or(usize::MAX);
        if let Some(parent) = parent {
            if parent.is_beside && !child.is_beside {
                return Err(format!("is of the level {}, which runs beside the chain", parent.code));
            }
            if place(parent) >= place(child) && parent.is_beside == child.is_beside {
                return Err(format!("is of the level {}, which is not above {}", parent.code, child.code));
            }
        }
        if child.is_beside {
            return Ok(());
        }
        let above = parent.map_or(0, |parent| place(parent) + 1);
        let between = self.levels.get(above..place(child)).unwrap_or_default();
        match between.iter().find(|level| !level.is_beside && !level.may_be_skipped) {
            Some(level) => Err(format!("leaves out the level {}, which may not be skipped", level.code)),
            None => Ok(()),
        }
    }

    /// What is wrong with the model; fields are JSON pointers without their first slash.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        if self.levels.is_empty() {
            errors.push(RowError::whole("levels", "", Fault::Missing, "is empty: a model has at least one level"));
        }
        if self.first_year.zip(self.last_year).is_some_and(|(first, last)| last < first) {
            let last = self.last_year.map(|year| year.to_string()).unwrap_or_default();
            errors.push(RowError::whole("lastYear", &last, Fault::Conflict, "is before firstYear"));
        }
        twice(self.levels.iter().map(|level| level.code.as_str()), "levels", &mut errors);
        twice(self.scales.iter().map(|scale| scale.code.as_str()), "scales", &mut errors);
        twice(self.chapters.iter().map(|chapter| chapter.code.as_str()), "chapters", &mut errors);
        for (at, scale) in self.scales.iter().enumerate() {
            if scale.labels.is_empty() {
                let field = format!("scales/{at}/labels");
                errors.push(RowError::whole(field, "", Fault::Missing, "is empty: a scale has at least one label"));
            }
            let labels = scale.labels.iter().map(|label| label.code.as_str());
            twice(labels, &format!("scales/{at}/labels"), &mut errors);
        }
        for (at, level) in self.levels.iter().enumerate() {
            let field = format!("levels/{at}/scale");
            match &level.scale {
                Some(scale) if self.scale(scale.as_str()).is_none() => {
                    errors.push(RowError::whole(
                        field,
                        scale.as_str(),
                        Fault::UnknownCode,
                        "is not a scale of the model",
                    ));
                }
                Some(scale) if !level.may_carry(Carried::Assessment) => {
                    let reason = "is given, but the level does not carry assessment";
                    errors.push(RowError::whole(field, scale.as_str(), Fault::Conflict, reason));
                }
                None if level.may_carry(Carried::Assessment) => {
                    let reason = "is needed: the level carries assessment";
                    errors.push(RowError::whole(field, "", Fault::Missing, reason));
                }
                _ => {}
            }
        }
        errors
    }
}

/// Codes that stand twice in a list.
pub(crate) fn twice<'a>(codes: impl Iterator<Item = &'a str>, list: &str, errors: &mut Vec<RowError>) {
    let mut seen = HashSet::new();
    for (at, code) in codes.enumerate() {
        if !seen.insert(code) {
            let field = format!("{list}/{at}/code");
            errors.push(RowError::whole(field, code, Fault::Conflict, "stands twice in the list"));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::steering::scale::{Label, Status};
    use proptest::prelude::*;

    pub(crate) fn level(code: &str, kind: LevelKind, carries: &[Carried]) -> Level {
        Level {
            code: Code::parse(code).unwrap(),
            name: Name::parse(code).unwrap(),
            kind,
            is_beside: false,
            may_be_skipped: false,
            carries: carries.to_vec(),
            scale: carries.contains(&Carried::Assessment).then(|| Code::parse("scale").unwrap()),
        }
    }

    /// area > goal (skippable) > commitment, and assignments beside.
    pub(crate) fn model() -> SteeringModel {
        let label = |code: &str, status| Label {
            code: Code::parse(code).unwrap(),
            name: Name::parse(code).unwrap(),
            meaning: String::new(),
            mark: String::new(),
            status,
        };
        SteeringModel {
            code: Code::parse("model").unwrap(),
            name: Name::parse("Model").unwrap(),
            first_year: None,
            last_year: None,
            levels: vec![
                level("area", LevelKind::Heading, &[]),
                Level {
                    may_be_skipped: true,
                    ..level(
                        "goal",
                        LevelKind::Goal,
                        &[Carried::Targets, Carried::Indicators, Carried::Assessment, Carried::Responsibles],
                    )
                },
                level("commitment", LevelKind::Commitment, &[Carried::Assessment, Carried::Responsibles]),
                Level { is_beside: true, ..level("assignment", LevelKind::Assignment, &[Carried::Assessment]) },
            ],
            scales: vec![Scale {
                code: Code::parse("scale").unwrap(),
                name: Name::parse("Skala").unwrap(),
                labels: vec![
                    label("yes", Status::Met),
                    label("no", Status::NotMet),
                    label("unknown", Status::NotAssessed),
                ],
            }],
            chapters: Vec::new(),
        }
    }

    #[test]
    fn levels_follow_their_order_and_only_those_that_may_are_skipped() {
        let model = model();
        let may = |child: &str, parent: Option<&str>| {
            model
                .may_stand_under(model.level(child).unwrap(), parent.map(|parent| model.level(parent).unwrap()))
                .is_ok()
        };
        assert!(may("area", None) && may("goal", Some("area")) && may("commitment", Some("goal")));
        assert!(may("commitment", Some("area")), "goal may be skipped");
        assert!(!may("goal", None), "area may not be skipped");
        assert!(!may("area", Some("goal")) && !may("goal", Some("goal")));
        assert!(may("assignment", None) && may("assignment", Some("goal")) && !may("assignment", Some("assignment")));
        assert!(!may("goal", Some("assignment")));
    }

    proptest! {
        #[test]
        fn no_two_levels_of_the_chain_may_stand_under_each_other(skips in prop::collection::vec(any::<(bool, bool)>(), 1..7)) {
            let levels = skips.iter().enumerate().map(|(at, (skip, beside))| Level {
                may_be_skipped: *skip,
                is_beside: *beside,
                ..level(&format!("l{at}"), LevelKind::Goal, &[])
            });
            let model = SteeringModel { levels: levels.collect(), ..model() };
            for one in &model.levels {
                for other in &model.levels {
                    let both = model.may_stand_under(one, Some(other)).is_ok() && model.may_stand_under(other, Some(one)).is_ok();
                    prop_assert!(!both, "{} and {}", one.code, other.code);
                }
            }
        }
    }

    #[test]
    fn a_model_names_what_is_wrong_by_pointer() {
        let mut broken = model();
        broken.levels[1].scale = Some(Code::parse("other").unwrap());
        broken.levels[2].scale = None;
        broken.levels[3].code = Code::parse("area").unwrap();
        let fields: Vec<String> = broken.check().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["levels/3/code", "levels/1/scale", "levels/2/scale"]);
        assert!(model().check().is_empty());
    }
}
