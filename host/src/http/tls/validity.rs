//! Expiry of a certificate, which the TLS library does not expose.
//!
//! Libraries that parse all of X.509 bring a dozen crates for this one date. It follows five fields that are skipped by
//! their lengths (RFC 5280, 4.1). The TLS library validates the rest of the certificate.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The DER tags that precede the expiry in a certificate.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The first two-digit year that belongs to the last century.
const FIFTY: i16 = 50;

/// Reads the expiry of a certificate. Returns `None` if `der` is not a certificate.
pub(super) fn end_of(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = sequence(der)?;
    let (to_be_signed, _) = sequence(certificate)?;
    let (tag, _, behind_version) = element(to_be_signed)?;
    let rest = if tag == VERSION { behind_version } else { to_be_signed };
    let (_, _, rest) = element(rest)?; // Serial number.
    let (_, rest) = sequence(rest)?; // Algorithm of the signature.
    let (_, rest) = sequence(rest)?; // Issuer.
    let (validity, _) = sequence(rest)?;
    let (_, _, not_after) = element(validity)?;
    match element(not_after)? {
        (UTC_TIME, text, _) => {
            let (year, rest) = number(text, 2)?;
            instant(if year < FIFTY { 2000 + year } else { 1900 + year }, rest)
        }
        (GENERALIZED_TIME, text, _) => {
            let (year, rest) = number(text, 4)?;
            instant(year, rest)
        }
        _ => None,
    }
}

/// Splits off the first element: its tag, its contents, and the rest.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // The low bits are the number of bytes of the length. Three bytes are more than enough for any file.
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}

/// Splits off the first element, which must be a sequence: its contents, and the rest.
fn sequence(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, contents, rest) = element(der)?;
    (tag == SEQUENCE).then_some((contents, rest))
}

/// Splits off a number of that many digits: the number, and the rest.
fn number(text: &[u8], digits: usize) -> Option<(i16, &[u8])> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_digits = number.iter().all(u8::is_ascii_digit);
    let number = str::from_utf8(number).ok().filter(|_| is_digits)?.parse().ok()?;
    Some((number, rest))
}

/// The instant with this year and `MMDDhhmmssZ`.
fn instant(year: i16, rest: &[u8]) -> Option<Timestamp> {
    let mut parts = [0; 5];
    let mut rest = rest;
    for part in &mut parts {
        let (number, behind) = number(rest, 2)?;
        (*part, rest) = (i8::try_from(number).ok()?, behind);
    }
    let [month, day, hour, minute, second] = parts;
    let time = DateTime::new(year, month, day, hour, minute, second, 0).ok().filter(|_| rest == b"Z")?;
    // The last second of the year 9999 means that there is no expiry, and is beyond the range of the clock.
    Some(TimeZone::UTC.to_timestamp(time).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("it is a name");
        params.not_after = rcgen::date_time_ymd(year, 3, 31);
        let key = rcgen::KeyPair::generate().expect("chance is to be had");
        params.self_signed(&key).expect("it can be signed").der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_forms() {
        for (year, end) in [(2049, "2049-03-31T00:00:00Z"), (2050, "2050-03-31T00:00:00Z")] {
            assert_eq!(end_of(&certificate(year)), end.parse().ok());
        }
    }

    #[test]
    fn no_end_is_later_than_any() {
        let end = instant(9999, b"1231235959Z");

        assert_eq!(end, Some(Timestamp::MAX));
    }

    #[test]
    fn a_certificate_that_is_cut_short_has_none() {
        let whole = certificate(2049);

        assert!((0..whole.len()).all(|length| end_of(&whole[..length]).is_none()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _ = end_of(&bytes);
        }

        #[test]
        fn any_damage_is_read_without_a_panic(place in 0_usize..400, byte: u8) {
            let mut der = certificate(2049);
            if let Some(there) = der.get_mut(place) {
                *there = byte;
            }
            let _ = end_of(&der);
        }
    }
}
