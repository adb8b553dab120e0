//! Pictures of four channels: decoding and encoding as PNG, scaling and composing.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};

/// The most pixels of a side that are decoded.
pub(crate) const LARGEST_SIDE: u32 = 1_024;

/// A pixel: red, green, blue and opacity.
pub(crate) type Pixel = [u8; 4];

/// A picture, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<Pixel>,
}

/// The reason why a picture cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It is not a PNG, or a damaged one.
    #[error("it is not a PNG, or is damaged")]
    Unreadable(#[source] png::DecodingError),
    /// It is too large.
    #[error("it has {0} × {1} pixels, and may have {LARGEST_SIDE} a side")]
    Large(u32, u32),
    /// It has no pixels of the wanted kind.
    #[error("its colours have {0} channels")]
    Channels(usize),
}

impl Picture {
    /// Creates a picture of one colour.
    pub(crate) fn filled(width: u32, height: u32, pixel: Pixel) -> Self {
        Self { width, height, pixels: vec![pixel; (width * height) as usize] }
    }

    /// Decodes a PNG.
    ///
    /// # Errors
    ///
    /// Fails if it is none, damaged or too large.
    pub(crate) fn decode(png: &[u8]) -> Result<Self, PictureError> {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
        let mut reader = decoder.read_info().map_err(PictureError::Unreadable)?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width > LARGEST_SIDE || height > LARGEST_SIDE {
            return Err(PictureError::Large(width, height));
        }
        // The size is bounded by now, so the whole picture can be decoded safely.
        let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let frame = reader.next_frame(&mut bytes).map_err(PictureError::Unreadable)?;
        let channels = frame.color_type.samples();
        let pixels: Vec<Pixel> = bytes
            .chunks_exact(channels)
            .map(|samples| match *samples {
                [grey, alpha] => [grey, grey, grey, alpha],
                [red, green, blue, alpha] => [red, green, blue, alpha],
                _ => [0; 4],
            })
            .collect();
        let is_whole = matches!(channels, 2 | 4) && pixels.len() == (width * height) as usize;
        if is_whole { Ok(Self { width, height, pixels }) } else { Err(PictureError::Channels(channels)) }
    }

    /// Encodes it as a PNG. The same picture makes the same bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, self.width, self.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().expect("memory can be written");
        writer.write_image_data(self.pixels.as_flattened()).expect("there is a colour for each pixel");
        writer.finish().expect("memory can be written");
        png
    }

    /// Returns the pixel of a place in the picture.
    pub(crate) fn at(&self, x: u32, y: u32) -> Pixel {
        self.pixels[(y * self.width + x) as usize]
    }

    /// Returns the pixels at its edges.
    pub(crate) fn border(&self) -> impl Iterator<Item = Pixel> {
        let (width, height) = (self.width, self.height);
        let is_border = move |at: usize| {
            let (x, y) = (at as u32 % width, at as u32 / width);
            x == 0 || y == 0 || x + 1 == width || y + 1 == height
        };
        self.pixels.iter().enumerate().filter(move |(at, _)| is_border(*at)).map(|(_, pixel)| *pixel)
    }

    /// Returns the picture in another size, each pixel the mean of those that it stands for.
    pub(crate) fn scaled(&self, width: u32, height: u32) -> Self {
        let span = |at: u32, of: u32, to: u32| {
            let begin = at * of / to;
            begin..((at + 1) * of).div_ceil(to).clamp(begin + 1, of)
        };
        let pixels = (0..width * height).map(|at| {
            let rows = span(at / width, self.height, height);
            let mean = rows.flat_map(|y| span(at % width, self.width, width).map(move |x| self.at(x, y)));
            mean_of(mean)
        });
        Self { width, height, pixels: pixels.collect() }
    }

    /// Puts `other` in the middle of this picture, which is opaque and at least as large.
    pub(crate) fn with_centred(mut self, other: &Self) -> Self {
        let (left, top) = ((self.width - other.width) / 2, (self.height - other.height) / 2);
        for y in 0..other.height {
            for x in 0..other.width {
                let place = ((top + y) * self.width + left + x) as usize;
                self.pixels[place] = over(other.at(x, y), self.pixels[place]);
            }
        }
        self
    }
}

/// Returns the mean of pixels; the colour of one that is transparent does not count.
fn mean_of(pixels: impl Iterator<Item = Pixel>) -> Pixel {
    let (mut sums, mut alphas, mut count) = ([0_u32; 3], 0_u32, 0_u32);
    for [red, green, blue, alpha] in pixels {
        for (sum, value) in sums.iter_mut().zip([red, green, blue]) {
            *sum += u32::from(value) * u32::from(alpha);
        }
        alphas += u32::from(alpha);
        count += 1;
    }
    let [red, green, blue] = sums.map(|sum| (sum / alphas.max(1)) as u8);
    [red, green, blue, (alphas / count.max(1)) as u8]
}

/// Returns the colour of a pixel over an opaque one.
fn over([red, green, blue, alpha]: Pixel, below: Pixel) -> Pixel {
    let mix = |above: u8, below: u8| {
        ((u32::from(above) * u32::from(alpha) + u32::from(below) * (255 - u32::from(alpha))) / 255) as u8
    };
    [mix(red, below[0]), mix(green, below[1]), mix(blue, below[2]), 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Pixel = [255, 0, 0, 255];

    #[test]
    fn a_picture_is_the_same_after_it_was_written() {
        let picture = Picture::filled(32, 16, [1, 2, 3, 4]);

        let read = Picture::decode(&picture.encode()).expect("it is a PNG");

        assert_eq!(read, picture);
        assert_eq!(picture.encode(), read.encode());
    }

    #[test]
    fn a_smaller_picture_keeps_its_colours() {
        let scaled = Picture::filled(230, 230, RED).scaled(192, 192);

        assert!((scaled.width, scaled.height) == (192, 192) && scaled.pixels.iter().all(|pixel| *pixel == RED));
    }

    #[test]
    fn what_stands_in_the_middle_has_the_ground_around_it() {
        let composed = Picture::filled(4, 4, [0, 0, 255, 255]).with_centred(&Picture::filled(2, 2, RED));

        assert!(composed.border().all(|pixel| pixel == [0, 0, 255, 255]));
        assert_eq!(composed.at(1, 1), RED);
    }

    #[test]
    fn what_is_no_picture_or_a_huge_one_is_refused() {
        assert!(matches!(Picture::decode(b"GIF89a"), Err(PictureError::Unreadable(_))));
        let huge = Picture::filled(LARGEST_SIDE + 1, 1, RED).encode();
        assert!(matches!(Picture::decode(&huge), Err(PictureError::Large(..))));
    }
}
