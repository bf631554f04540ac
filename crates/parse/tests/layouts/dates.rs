//! Damaged date-time groups: what is legible is kept, and with it the id.

use super::parse_one;

fn telegram(group: &str, post: &str) -> String {
    format!(
        "R {group}\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC 4471\nC O N F I D E N T I A L {post} \
         000214\n\nSIPDIS\n\nE.O. 12958: DECL: 06/15/2019\nTAGS: PREL\nSUBJECT: A TEST OF DAYS\n\n\
         1. (C) Minister Bastien Okoro called on June 12.\nQUILL\n"
    )
}

#[test]
fn damaged_groups_keep_what_is_legible() {
    let cases = [
        // The group, the date, the id, and whether the damage is reported.
        ("161305Z JUN 09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("161305Z JUN09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("16 1305Z JUN 09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("161305 JUN 09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("1613O5Z JUN 09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("l61305Z JUN 09", "2009-06-16 13:05", "09ROSEAU214", false),
        ("161365Z JUN 09", "2009-06-16", "09ROSEAU214", true),
        ("012400Z JUN 09", "2009-06-01", "09ROSEAU214", true),
        ("311200Z FEB 09", "2009-02", "09ROSEAU214", true),
        ("161305Z JUL 49", "1949-07-16 13:05", "49ROSEAU214", false),
        ("161305Z JUL 29", "2029-07-16 13:05", "29ROSEAU214", false),
        ("161305Z SMARCH 09", "-", "-", false),
    ];
    for (group, date, id, is_told) in cases {
        for post in ["ROSEAU", "PARIS"] {
            let (document, problems) = parse_one(telegram(group, post).as_bytes());
            let header = &document.header;
            let found = match (&header.date_time, &header.date) {
                (Some(at), _) => {
                    format!("{} {:02}:{:02}", at.value.date, at.value.hour, at.value.minute)
                }
                (None, day) => day.as_ref().map_or("-".into(), |day| day.value.to_string()),
            };
            assert_eq!(found, date, "{group}");
            let found = header.cable_id.as_ref().map_or("-".into(), |id| id.value.0.clone());
            assert_eq!(found, id.replace("ROSEAU", post), "{group}");
            let told = format!("the date-time group {group:?} is damaged");
            assert_eq!(
                problems.iter().any(|problem| problem.starts_with(&told)),
                is_told,
                "{group}"
            );
        }
    }
}

#[test]
fn deadlines_are_read_in_every_form() {
    let cases = [
        ("6/5/19", "2019-06-05"),
        ("2019-06-15", "2019-06-15"),
        ("JUNE 15, 2019", "2019-06-15"),
        ("June 15 2019", "2019-06-15"),
        ("02/30/2019", "-"),
        ("12/31/2049", "2049-12-31"),
        ("12/31/49", "2049-12-31"),
        ("06/l5/2019", "2019-06-15"),
        ("06 /15 /2019", "2019-06-15"),
        ("03-10-2016", "2016-03-10"),
        ("upon departure", "-"),
    ];
    for (printed, expected) in cases {
        let text = telegram("161305Z JUN 09", "ROSEAU").replace("06/15/2019", printed);
        let (document, _) = parse_one(text.as_bytes());
        let found = document.header.declassify_on.map_or("-".into(), |day| day.value.to_string());
        assert_eq!(found, expected, "{printed}");
    }
}
