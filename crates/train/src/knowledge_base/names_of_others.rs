//! Names and remarks that the list of FRUS persons has at the wrong person.
//!
//! A row of the list can have the name of a brother among its other names, and what
//! volumes say of him among its remarks. Such a name is the own name of another row.
//! Both are taken from the wrong row.

use std::collections::HashMap;

use chancery_resolve::normalise::normalise_words;
use chancery_resolve::same_person::is_name_of_namesake;
use serde_json::Value;

use super::{text_field, text_list_field};

/// Removes from each row the names of other rows, with the remarks on them.
pub(super) fn remove_names_of_others(rows: &mut [Value]) {
    let mut remarks_by_name: HashMap<String, Vec<String>> = HashMap::new();
    for row in rows.iter() {
        let remarks = text_list_field(row, "remarks").map(normalise_words);
        remarks_by_name.entry(key_of_name(text_field(row, "name"))).or_default().extend(remarks);
    }
    for row in rows {
        let own = text_field(row, "name").to_owned();
        let is_of_other = |name: &str| {
            is_name_of_namesake(&own, name) && remarks_by_name.contains_key(&key_of_name(name))
        };
        let names = text_list_field(row, "other_names").filter(|name| is_of_other(name));
        let others: Vec<String> = names.map(key_of_name).collect();
        if others.is_empty() {
            continue;
        }
        let of_others = || others.iter().flat_map(|key| &remarks_by_name[key]);
        let is_on_other =
            |remark: &str| of_others().any(|other| other.contains(&normalise_words(remark)));
        retain_texts(&mut row["other_names"], |name| !others.contains(&key_of_name(name)));
        retain_texts(&mut row["remarks"], |remark| !is_on_other(remark));
    }
}

/// The words of a name in one order: "Osei, Ama bin" and "Ama bin Osei" are equal.
fn key_of_name(name: &str) -> String {
    let folded = normalise_words(name);
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

fn retain_texts(list: &mut Value, keep: impl Fn(&str) -> bool) {
    if let Some(list) = list.as_array_mut() {
        list.retain(|text| text.as_str().is_none_or(&keep));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_brother_keeps_his_name_and_remarks() {
        let mut rows = [
            json!({
                "name": "Marwan bin Osei",
                "other_names": ["Hassan bin Osei", "Osei, Hassan bin", "Marwan I"],
                "remarks": ["King of Ruritania", "Crown Prince of Ruritania"],
            }),
            json!({
                "name": "Hassan bin Osei",
                "other_names": ["Hassan"],
                "remarks": ["Crown Prince of Ruritania and brother of King Marwan"],
            }),
            // No other row has this name: a misprint.
            json!({ "name": "Adu, Kofi", "other_names": ["Adu, Yaw"], "remarks": ["Minister"] }),
        ];
        remove_names_of_others(&mut rows);
        assert_eq!(rows[0]["other_names"], json!(["Marwan I"]));
        assert_eq!(rows[0]["remarks"], json!(["King of Ruritania"]));
        assert_eq!(rows[1]["other_names"], json!(["Hassan"]));
        assert_eq!(rows[2]["other_names"], json!(["Adu, Yaw"]));
        assert_eq!(rows[2]["remarks"], json!(["Minister"]));
    }
}
