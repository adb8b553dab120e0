//! The icon of a connector: validation of a given one, and drawing of a default one.

use std::fs;
use std::io::{self, Cursor};
use std::ops::RangeInclusive;
use std::path::Path;

use png::{BitDepth, ColorType, Decoder, Encoder};

/// The most bytes of an icon: a connector's may have 1 MiB.
const LARGEST: u64 = 1 << 20;

/// The allowed pixels per side, by the rules of certification.
const SIDE: RangeInclusive<u32> = 100..=230;

/// The pixels per side of the drawn icon.
const DRAWN: u32 = 192;

/// The bars of the drawn icon: left edge and height, in pixels.
const BARS: [(u32, u32); 3] = [(46, 40), (82, 70), (118, 100)];

/// The width of a bar and the lower edge of the bars, in pixels.
const BAR: u32 = 28;
const GROUND: u32 = 146;

/// The reason why an icon is not suitable.
#[derive(Debug, thiserror::Error)]
pub enum IconError {
    /// It is not a PNG, or a damaged one.
    #[error("it is not a PNG, or is damaged")]
    Unreadable(#[source] png::DecodingError),
    /// It has the wrong size.
    #[error("it has {0} × {1} pixels; it must be square, {least} to {most}", least = SIDE.start(), most = SIDE.end())]
    Size(u32, u32),
}

/// Reads an icon's file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1MiB"));
    }
    fs::read(path)
}

/// Checks that `png` is suitable as a connector's icon.
///
/// # Errors
///
/// Fails with the reason why it is not.
pub(super) fn check(png: &[u8]) -> Result<(), IconError> {
    let mut reader = Decoder::new(Cursor::new(png)).read_info().map_err(IconError::Unreadable)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width != height || !SIDE.contains(&width) {
        return Err(IconError::Size(width, height));
    }
    // The size is bounded by now, so the whole image can be decoded safely.
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    reader.next_frame(&mut pixels).map(drop).map_err(IconError::Unreadable)
}

/// Draws three rising white bars on `color`, which is written like `#0f6cbd`.
pub(super) fn draw(color: &str) -> Vec<u8> {
    let channel = |at: usize| color.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0x60);
    let ground = [channel(1), channel(3), channel(5)];
    let pixels: Vec<u8> =
        (0..DRAWN * DRAWN).flat_map(|at| if is_bar(at % DRAWN, at / DRAWN) { [0xff; 3] } else { ground }).collect();

    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, DRAWN, DRAWN);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory can be written");
    writer.write_image_data(&pixels).expect("there is a colour for each pixel");
    writer.finish().expect("memory can be written");
    png
}

fn is_bar(x: u32, y: u32) -> bool {
    BARS.iter().any(|(left, height)| (*left..left + BAR).contains(&x) && (GROUND - height..GROUND).contains(&y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_icon_is_one_that_may_be_used_and_has_the_colour() {
        let png = draw("#0f6cbd");

        check(&png).expect("it will do");
        let mut reader = Decoder::new(Cursor::new(&png)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
        reader.next_frame(&mut pixels).expect("it is whole");
        assert_eq!(pixels[..3], [0x0f, 0x6c, 0xbd]);
        assert!(pixels.chunks(3).any(|pixel| pixel == [0xff; 3]));
    }

    #[test]
    fn what_is_no_icon_says_why() {
        let whole = draw("#0f6cbd");

        let cut = check(&whole[..whole.len() / 2]).expect_err("its end is missing");
        let none = check(b"GIF89a").expect_err("a GIF");

        assert!(matches!(cut, IconError::Unreadable(_)) && matches!(none, IconError::Unreadable(_)));
    }
}
