//! What the program says of itself.

use snapbox::str;

use crate::chancery;

#[test]
fn overview() {
    chancery(["--help"]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn annotate() {
    chancery(["annotate", "--help"]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn read() {
    chancery(["read", "--help"]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn convert() {
    chancery(["convert", "--help"]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn eval() {
    chancery(["eval", "--help"]).assert().success().stdout_eq(str![[r#""#]]);
}
