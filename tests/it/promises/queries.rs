//! A4: no query forgets the municipality. What the whole walk asks the database, and other tests meanwhile, is read as SQL, and every table of a municipality's rows
//! must be narrowed to the municipality that the door was opened for; what loses that narrowing is noticed.

use crate::walk::{World, call_at};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Database, Statement as Asked};
use sqlparser::ast::{
    BinaryOperator, Expr, FromTable, JoinConstraint, JoinOperator, ObjectName, Select, Statement, TableFactor,
    TableObject, TableWithJoins, UpdateTableFromKind, Value, Visit, VisitMut, Visitor, VisitorMut,
};
use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use utfall_tests::app::TestApp;
use utfall_tests::asked::asked;
use utfall_tests::database::Kind;

const OWNER: &str = "municipality";

/// Every operation as the contract's examples call it, and every reading as of a date too.
async fn walk(kind: Kind) {
    let world = World::new(TestApp::start(kind).await).await;
    for operation in world.operations() {
        let _ = world.send(call_at(world.entitled(&operation), &operation, &world.place(&operation))).await;
        if operation.method == "get" {
            let place = world.place(&operation);
            let mark = if place.contains('?') { '&' } else { '?' };
            let of_then = format!("{place}{mark}asOf=2030-01-01");
            let _ = world.send(world.entitled(&operation).request(Method::GET, &of_then)).await;
        }
    }
}

/// The tables whose rows have a municipality.
async fn owned_tables() -> BTreeSet<String> {
    let app = TestApp::start(Kind::Sqlite).await;
    let connection = Database::connect(&app.database.owner_url).await.expect("a connection");
    let sql = "SELECT t.name AS name FROM sqlite_master t JOIN pragma_table_info(t.name) c ON c.name = 'municipality' WHERE t.type = 'table'";
    let rows = connection.query_all_raw(Asked::from_string(connection.get_database_backend(), sql)).await;
    let mut owned: BTreeSet<String> =
        rows.expect("the tables").iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    assert!(owned.len() > 40 && owned.contains("posting"), "{owned:?}");
    // A connection's own, which outlives the transaction.
    owned.insert("incoming_observation".into());
    owned
}

/// A table in a list of tables: how it is called there, and whether its rows have a municipality.
struct Named {
    name: String,
    is_owned: bool,
}

/// What a query says of whose rows it wants.
struct Narrowing<'a> {
    owned: &'a BTreeSet<String>,
    tables: usize,
    forgotten: Vec<String>,
}

impl Narrowing<'_> {
    /// The tables of a query's list that are not tied to the door's municipality: by its parameter, or by the municipality of another
    /// table that is, in this query or in the one around it.
    fn check(&mut self, tables: &[TableWithJoins], selection: Option<&Expr>) {
        let (mut named, mut terms) = (Vec::new(), Vec::new());
        for table in tables {
            self.named(&table.relation, &mut named);
            for join in &table.joins {
                self.named(&join.relation, &mut named);
                match constraint(&join.join_operator) {
                    Some(JoinConstraint::On(on)) => conjuncts(on, &mut terms),
                    Some(JoinConstraint::Using(columns)) if columns.iter().any(|column| last(column) == OWNER) => {
                        // The two sides of a join by name are one.
                        if let [.., before, after] = named.as_slice() {
                            terms.push(Term::Tied(before.name.clone(), after.name.clone()));
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Some(selection) = selection {
            conjuncts(selection, &mut terms);
        }
        let only = match named.iter().filter(|table| table.is_owned).collect::<Vec<_>>()[..] {
            [only] => only.name.clone(),
            _ => String::new(),
        };
        let is_here = |name: &str| named.iter().any(|table| table.is_owned && table.name == name);
        // An unqualified column is the only owned table's.
        let name = |name: &String| if name.is_empty() { only.clone() } else { name.clone() };
        let mut tied: BTreeSet<String> = BTreeSet::new();
        loop {
            let before = tied.len();
            for term in &terms {
                match term {
                    Term::Parameter(of) => {
                        tied.insert(name(of));
                    }
                    Term::Tied(one, other) => {
                        let holds = |name: &str| tied.contains(name) || !is_here(name);
                        let (one_holds, other_holds) = (holds(one), holds(other));
                        if one_holds || other_holds {
                            tied.extend([one.clone(), other.clone()]);
                        }
                    }
                }
            }
            if tied.len() == before {
                break;
            }
        }
        self.tables += named.iter().filter(|table| table.is_owned).count();
        let forgotten = named.iter().filter(|table| table.is_owned && !tied.contains(&table.name));
        self.forgotten.extend(forgotten.map(|table| table.name.clone()));
    }

    fn named(&self, factor: &TableFactor, found: &mut Vec<Named>) {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                let table = last(name);
                let is_owned = self.owned.contains(&table);
                let name = alias.as_ref().map_or(table, |alias| alias.name.value.clone());
                found.push(Named { name, is_owned });
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                self.named(&table_with_joins.relation, found);
                for join in &table_with_joins.joins {
                    self.named(&join.relation, found);
                }
            }
            _ => {}
        }
    }
}

/// What ties a table to a municipality.
enum Term {
    /// The parameter of the door; of the only table where the name is empty.
    Parameter(String),
    /// The municipality of another table.
    Tied(String, String),
}

fn last(name: &ObjectName) -> String {
    name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.clone()).unwrap_or_default()
}

const fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(constraint) | J::Inner(constraint) | J::Left(constraint) | J::LeftOuter(constraint) => Some(constraint),
        _ => None,
    }
}

/// Whose municipality an expression is: the table's name, empty where none is given.
fn owner(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(ident) if ident.value == OWNER => Some(String::new()),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] if column.value == OWNER => Some(table.value.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn is_parameter(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(value) if matches!(&value.value, Value::Placeholder(name) if name == "$1"))
}

/// The terms on the municipality that hold whatever else does.
fn conjuncts(expression: &Expr, terms: &mut Vec<Term>) {
    match expression {
        Expr::Nested(inner) => conjuncts(inner, terms),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, terms);
            conjuncts(right, terms);
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => match (left.as_ref(), right.as_ref()) {
            (Expr::Tuple(left), Expr::Tuple(right)) => {
                left.iter().zip(right).for_each(|(left, right)| equal(left, right, terms));
            }
            (left, right) => equal(left, right, terms),
        },
        _ => {}
    }
}

fn equal(left: &Expr, right: &Expr, terms: &mut Vec<Term>) {
    match (owner(left), owner(right)) {
        (Some(of), None) if is_parameter(right) => terms.push(Term::Parameter(of)),
        (None, Some(of)) if is_parameter(left) => terms.push(Term::Parameter(of)),
        (Some(one), Some(other)) if !one.is_empty() && !other.is_empty() => terms.push(Term::Tied(one, other)),
        _ => {}
    }
}

impl Visitor for Narrowing<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.check(&select.from, select.selection.as_ref());
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Update(update) => {
                let mut tables = vec![update.table.clone()];
                if let Some(UpdateTableFromKind::AfterSet(from) | UpdateTableFromKind::BeforeSet(from)) = &update.from {
                    tables.extend(from.iter().cloned());
                }
                self.check(&tables, update.selection.as_ref());
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                self.check(from, delete.selection.as_ref());
            }
            Statement::Insert(insert) => {
                let TableObject::TableName(name) = &insert.table else { return ControlFlow::Continue(()) };
                let table = last(name);
                if self.owned.contains(&table) && !insert.columns.iter().any(|column| last(column) == OWNER) {
                    self.forgotten.push(table);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn narrowing<'a>(statements: &Vec<Statement>, owned: &'a BTreeSet<String>) -> Narrowing<'a> {
    let mut narrowing = Narrowing { owned, tables: 0, forgotten: Vec::new() };
    let _ = statements.visit(&mut narrowing);
    narrowing
}

/// Takes one narrowing out of a query, the one at a place: it is there whatever the municipality is.
struct Forgetting {
    at: usize,
    met: usize,
}

impl VisitorMut for Forgetting {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = expression {
            let narrows = owner(left).is_some() && (is_parameter(right) || owner(right).is_some())
                || owner(right).is_some() && is_parameter(left);
            if narrows {
                if self.met == self.at {
                    *expression = Expr::value(Value::Boolean(true));
                    self.met += 1;
                    return ControlFlow::Break(());
                }
                self.met += 1;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Other tests ask at the same time, of the other database.
fn parsed(sql: &str) -> Vec<Statement> {
    let by_postgres = Parser::parse_sql(&PostgreSqlDialect {}, sql);
    let read = by_postgres.or_else(|_| Parser::parse_sql(&SQLiteDialect {}, sql));
    read.unwrap_or_else(|error| panic!("{error} in a statement: {sql}"))
}

#[tokio::test]
async fn a4_no_query_forgets_the_municipality() {
    let owned = owned_tables().await;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        walk(kind).await;
    }
    let asked = asked();
    let (mut tables, mut mutants) = (0, 0);
    let (mut forgetful, mut unnoticed) = (BTreeMap::new(), Vec::new());
    for sql in &asked {
        let statements = parsed(sql);
        let narrowed = narrowing(&statements, &owned);
        tables += narrowed.tables;
        if !narrowed.forgotten.is_empty() {
            forgetful.insert(sql, narrowed.forgotten);
        }
        for at in 0.. {
            let (mut mutant, mut forgetting) = (statements.clone(), Forgetting { at, met: 0 });
            if VisitMut::visit(&mut mutant, &mut forgetting).is_continue() {
                break;
            }
            mutants += 1;
            if narrowing(&mutant, &owned).forgotten.is_empty() {
                unnoticed.push(mutant.iter().map(ToString::to_string).collect::<String>());
            }
        }
    }
    assert!(forgetful.is_empty(), "{forgetful:#?}");
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
    println!(
        "A4: {} statements on both databases, {tables} tables of a municipality in them, 0 not narrowed to it; \
         {mutants} narrowings taken out, each noticed",
        asked.len()
    );
}
