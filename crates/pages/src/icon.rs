//! The icons: lines of 2 units on a grid of 24, in the colour of the text beside them.
//! They decorate words, so screen readers skip them.

use maud::{Markup, html};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A magnifying glass.
    Search,
    /// Three lines.
    Menu,
    /// A cross.
    Close,
    /// An angle to the left.
    Previous,
    /// An angle to the right.
    Next,
    /// A person.
    Person,
    /// A pin on a map.
    Place,
    /// A building.
    Organisation,
    /// A sheet of paper.
    Document,
    /// A bookmark.
    Saved,
    /// An arrow into a tray.
    Export,
    /// A funnel.
    Filter,
    /// A minus in a circle.
    Exclude,
    /// A triangle with an exclamation mark.
    Warning,
    /// A question mark in a circle.
    Doubt,
    /// A plus.
    Add,
    /// A clock.
    Recent,
}

impl Icon {
    /// All icons with their names.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::Search, "Search"),
        (Self::Menu, "Menu"),
        (Self::Close, "Close"),
        (Self::Previous, "Previous"),
        (Self::Next, "Next"),
        (Self::Person, "Person"),
        (Self::Place, "Place"),
        (Self::Organisation, "Organisation"),
        (Self::Document, "Document"),
        (Self::Saved, "Saved"),
        (Self::Export, "Export"),
        (Self::Filter, "Filter"),
        (Self::Exclude, "Exclude"),
        (Self::Warning, "Warning"),
        (Self::Doubt, "Doubt"),
        (Self::Add, "Add"),
        (Self::Recent, "Recent"),
    ];

    /// The path of its lines.
    const fn path(self) -> &'static str {
        match self {
            Self::Search => "M18 11a7 7 0 1 1-14 0a7 7 0 0 1 14 0M16 16l5 5",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Previous => "M15 5l-7 7l7 7",
            Self::Next => "M9 5l7 7l-7 7",
            Self::Person => "M16 8a4 4 0 1 1-8 0a4 4 0 0 1 8 0M4 21c0-4 4-6 8-6s8 2 8 6",
            Self::Place => {
                "M12 21c-4-5-7-8-7-12a7 7 0 0 1 14 0c0 4-3 7-7 12zM14.5 9a2.5 2.5 0 1 1-5 0a2.5 2.5 0 0 1 5 0"
            }
            Self::Organisation => "M3 21h18M5 21V9l7-5l7 5v12M9 21v-9M15 21v-9",
            Self::Document => "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
            Self::Saved => "M6 3h12v18l-6-5l-6 5z",
            Self::Export => "M12 3v12M7 11l5 5l5-5M4 20h16",
            Self::Filter => "M4 5h16l-6 8v6l-4 2v-8z",
            Self::Exclude => "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0M8 12h8",
            Self::Warning => "M12 3l10 18H2zM12 10v5M12 18v.1",
            Self::Doubt => {
                "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 17v.1"
            }
            Self::Add => "M12 5v14M5 12h14",
            Self::Recent => "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0M12 7v5l3 3",
        }
    }
}

/// Draws an icon.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(icon.path()) {} }
    }
}
