//! The code pages of an RTF file: of the whole, and of its fonts.

use std::collections::HashMap;

use chancery_model::decode_windows_1252;

use crate::charset::{self, Decoder};

/// The code pages of the character sets of Windows fonts.
const FONT_CHARSETS: [(i32, u32); 16] = [
    (77, 10_000),
    (128, 932),
    (129, 949),
    (134, 936),
    (136, 950),
    (161, 1253),
    (162, 1254),
    (163, 1258),
    (177, 1255),
    (178, 1256),
    (186, 1257),
    (204, 1251),
    (222, 874),
    (238, 1250),
    (254, 437),
    (255, 850),
];

/// Fonts by number, with the code pages that they state.
#[derive(Default)]
pub(super) struct FontTable {
    /// The font of text that names none.
    pub default: Option<i32>,
    pages: HashMap<i32, u32>,
    /// The font whose entry is read.
    open: Option<i32>,
    /// The code page of the file.
    page: Option<u32>,
}

impl FontTable {
    /// Takes a control word of the font table; returns whether it was one.
    pub(super) fn take_word(&mut self, word: &str, number: Option<i32>) -> bool {
        match (word, number, self.open) {
            ("f", Some(font), _) => self.open = Some(font),
            ("fcharset", Some(charset), Some(font)) => {
                let page = FONT_CHARSETS.iter().find(|(known, _)| *known == charset);
                self.pages.extend(page.map(|(_, page)| (font, *page)));
            }
            ("cpg", Some(page), Some(font)) => drop(self.pages.insert(font, page as u32)),
            ("'" | "u", ..) => {}
            _ => return false,
        }
        true
    }

    /// Takes a byte of the name of a font.
    pub(super) fn end_font(&mut self, byte: u8) {
        if byte == b';' {
            self.open = None;
        }
    }

    /// Sets the code page of the file.
    pub(super) fn set_code_page(&mut self, word: &str, number: Option<i32>) {
        self.page = match (word, number) {
            ("ansicpg", Some(page)) if page > 0 => Some(page as u32),
            ("mac", _) => Some(10_000),
            ("pc", _) => Some(437),
            ("pca", _) => Some(850),
            _ => self.page,
        };
    }

    /// The decoder of text in a font.
    pub(super) fn decoder_of(&self, font: Option<i32>) -> Decoder {
        let page = font.and_then(|font| self.pages.get(&font).copied()).or(self.page);
        let known = page.and_then(|page| match page {
            65001 => Some((|bytes| String::from_utf8_lossy(bytes).into_owned()) as Decoder),
            page => charset::decoder(&format!("cp{page}"))
                .or_else(|| charset::decoder(&format!("windows-{page}"))),
        });
        known.unwrap_or(|bytes| bytes.iter().map(|&byte| decode_windows_1252(byte)).collect())
    }
}
