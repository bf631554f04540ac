//! The time for a document grows with its length and not faster, whatever it holds.
//!
//! Each shape is a text of n, 2n, 4n and 8n pieces, which is read, marked, resolved and
//! searched for statements. A stage that compares each piece with each other takes
//! sixteen times longer for four times the pieces; the bound lets ten times pass, as
//! machines are noisy, and short runs tell nothing.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use chancery_engine::stages::add_attribution;
use chancery_engine::{Engine, EngineKind, ListChoice, UserList};

/// Makes the piece with a number.
type Piece = fn(usize) -> String;

/// A shape: its name, the pieces of the smallest text, and what makes a piece.
const SHAPES: [(&str, usize, Piece); 27] = [
    ("markings", 600, |_| "NOFORN\n".to_owned()),
    ("short paragraphs", 1_500, |_| "Short paragraph here.\n\n".to_owned()),
    ("numbered paragraphs", 700, |n| format!("{}. (C) The port is open.\n\n", n + 1)),
    ("one long line", 4_000, |_| "and then ".to_owned()),
    ("a word without end", 8_000, |_| "abcdefgh".to_owned()),
    ("a name without end", 1_500, |n| format!("{} ", name(n))),
    ("a list of persons", 700, |n| format!("{} {}, ", name(n), name(n / 7))),
    ("persons with titles", 500, |n| format!("Minister {} {} met her. ", name(n), name(n * 3))),
    ("one person again", 1_000, |_| "Ama Osei met Osei. ".to_owned()),
    ("one surname, many given names", 600, |n| format!("{} Osei left. ", name(n))),
    ("initials", 1_000, |n| format!("{}. B. Osei came. ", letter(n))),
    ("places", 1_000, |n| format!("{}, ", ["Lusaka", "Oslo", "Algiers", "Dakar"][n % 4])),
    ("acronyms", 500, |n| format!("The {} Fish Council ({}FC) met. ", name(n), letter(n))),
    ("statements", 500, |n| format!("{} Osei said that it rained. He added more. ", name(n))),
    ("pronouns", 1_000, |_| "He told her that she knew. ".to_owned()),
    ("offices", 800, |_| "The Minister told the Ambassador that it rained.\n\n".to_owned()),
    ("offices behind a name", 500, |n| {
        format!("{}. The Ambassador and the Prime Minister said it.\n\n", name(n))
    }),
    ("titles and towns", 500, |n| format!("Dr. {} of Oslo, Mr. and Mrs. X, left. ", name(n))),
    ("open quotation marks", 2_000, |_| "\"so ".to_owned()),
    ("open brackets", 4_000, |_| "( [ ".to_owned()),
    ("addressees", 500, |n| format!("TO AMEMBASSY {}\n", name(n).to_uppercase())),
    ("references", 500, |n| format!("REF: {}. 09OSLO{n}\n", letter(n))),
    ("broken words", 1_500, |_| "negotia-\ntion ".to_owned()),
    ("days", 1_000, |n| format!("on May {}, 1975 and ", n % 28 + 1)),
    ("marks on letters", 3_000, |_| "e\u{301}\u{301} ".to_owned()),
    ("redactions", 1_000, |_| "XXXXXXXXXXXX [REDACTED] said ".to_owned()),
    ("page lines", 700, |n| format!("PAGE {:02} OSLO 00001 01 OF 02\nwords\n", n % 90)),
];

/// An invented name that no other number has.
fn name(number: usize) -> String {
    const PARTS: [&str; 16] = [
        "ba", "do", "ka", "li", "mo", "na", "pe", "ri", "sa", "tu", "ve", "wo", "xi", "yo", "zu",
        "fa",
    ];
    let mut rest = number;
    let mut name = String::new();
    for _ in 0..3 {
        name += PARTS[rest % 16];
        rest /= 16;
    }
    name[..1].to_uppercase() + &name[1..]
}

fn letter(number: usize) -> char {
    char::from(b'A' + (number % 26) as u8)
}

/// The shorter of two times for a text of a shape.
fn time_of(engine: &mut Engine, piece: Piece, count: usize) -> Duration {
    let mut text = "UNCLAS OSLO 000001\n\nSUBJECT: THE PORT\n\n".to_owned();
    for number in 0..count {
        write!(text, "{}", piece(number)).expect("memory");
    }
    let time = || {
        let begun = Instant::now();
        let (documents, _) = engine
            .resolve_file(text.as_bytes(), "09OSLO1.txt", ListChoice::default())
            .expect("text");
        for mut document in documents {
            add_attribution(&mut document.annotated);
        }
        begun.elapsed()
    };
    std::iter::repeat_with(time).take(2).min().expect("two")
}

#[test]
fn time_grows_with_the_length() {
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    let mut faults = Vec::new();
    for (shape, count, piece) in SHAPES {
        let times = [1, 2, 4, 8].map(|factor| time_of(&mut engine, piece, count * factor));
        let growth = times[3].as_secs_f64() / times[1].as_secs_f64();
        eprintln!("{shape:30} {times:?} {growth:.1}");
        if times[3] > Duration::from_millis(150) && growth > 10.0 {
            faults.push(format!("{shape}: {times:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The shorter of two times for a telegram with a list of `count` persons, all of one
/// name.
fn time_with_list(engine: &mut Engine, count: usize) -> Duration {
    let mut list = "id,name\n".to_owned();
    for number in 0..count {
        writeln!(list, "p{number},\"Osei, Ama\"").expect("memory");
    }
    let list = UserList::from_text(&list, "names.csv").expect("a list");
    let text = "UNCLAS OSLO 000001\n\n1. (U) Ama Osei met Minister Osei.\n";
    let time = || {
        let begun = Instant::now();
        let choice = ListChoice::FileAndUser(&list);
        let (documents, _) =
            engine.resolve_file(text.as_bytes(), "09OSLO1.txt", choice).expect("text");
        assert_eq!(documents.count(), 1);
        begun.elapsed()
    };
    std::iter::repeat_with(time).take(2).min().expect("two")
}

#[test]
fn time_grows_with_the_list_of_names() {
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    let times = [10_000, 20_000, 80_000].map(|count| time_with_list(&mut engine, count));
    let growth = times[2].as_secs_f64() / times[1].as_secs_f64();
    assert!(growth < 10.0 || times[2] < Duration::from_millis(150), "{times:?}");
}
