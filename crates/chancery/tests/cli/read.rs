//! `chancery read`.

use serde_json::Value;
use snapbox::str;

use crate::{CAPITALS, TELEGRAM, chancery, printed};

#[test]
fn card() {
    chancery(["read", TELEGRAM]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn card_of_a_telegram_in_capitals() {
    chancery(["read", CAPITALS]).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn json_is_one_object_a_line() {
    let printed = printed(["read", "--json", TELEGRAM, CAPITALS]);
    let documents: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(documents.len(), 2);
}
