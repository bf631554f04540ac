//! Slows down guesses of the password, per address of the client.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::lock_ignoring_poison;

/// Wrong guesses from an address that are answered without delay.
const FREE_GUESSES: u32 = 5;

/// Time without a guess that follows the last free one. It doubles with each
/// further wrong guess.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Maximum of that time.
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// Time after which the wrong guesses of an address are forgotten.
const FORGET_AFTER: Duration = Duration::from_mins(15);

/// Maximum number of addresses kept. If there are more, the one that has been
/// quiet longest is forgotten.
const MAX_ADDRESSES: usize = 4096;

/// The result of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuessResult {
    /// The password is right.
    Right,
    /// The password is wrong.
    Wrong,
    /// The password was not compared. The next guess is possible after this time.
    TooMany(Duration),
}

/// The wrong guesses from each address.
#[derive(Default)]
pub struct GuessLimiter(Mutex<HashMap<IpAddr, WrongGuesses>>);

struct WrongGuesses {
    count: u32,
    last_digest: blake3::Hash,
    last_time: Instant,
    blocked_until: Instant,
}

impl GuessLimiter {
    /// Compares a guess from `client` with the digest of the password.
    ///
    /// The same wrong guess once more does not count, as it reveals nothing: a
    /// program with an old password does not lock out its neighbours.
    pub fn check_guess(
        &self,
        client: IpAddr,
        guess: &str,
        password: &blake3::Hash,
        now: Instant,
    ) -> GuessResult {
        let client = address_block(client);
        let digest = blake3::hash(guess.as_bytes());
        let mut addresses = lock_ignoring_poison(&self.0);
        let known = addresses.get(&client).filter(|known| now < known.last_time + FORGET_AFTER);
        if let Some(known) = known {
            if known.last_digest == digest {
                return GuessResult::Wrong;
            }
            if now < known.blocked_until {
                return GuessResult::TooMany(known.blocked_until - now);
            }
        }
        // Hashes are compared in constant time.
        if digest == *password {
            return GuessResult::Right;
        }
        let count = known.map_or(1, |known| known.count.saturating_add(1));
        let wrong = WrongGuesses {
            count,
            last_digest: digest,
            last_time: now,
            blocked_until: now + pause_after(count),
        };
        if !addresses.contains_key(&client) {
            make_room(&mut addresses, now);
        }
        addresses.insert(client, wrong);
        GuessResult::Wrong
    }
}

/// Returns the time without a guess after this number of wrong ones.
fn pause_after(count: u32) -> Duration {
    let Some(doublings) = count.checked_sub(FREE_GUESSES) else { return Duration::ZERO };
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE)
}

fn make_room(addresses: &mut HashMap<IpAddr, WrongGuesses>, now: Instant) {
    if addresses.len() < MAX_ADDRESSES {
        return;
    }
    addresses.retain(|_, known| now < known.last_time + FORGET_AFTER);
    while addresses.len() >= MAX_ADDRESSES {
        let quiet = addresses.iter().min_by_key(|(_, known)| known.last_time);
        let Some(address) = quiet.map(|(address, _)| *address) else { return };
        addresses.remove(&address);
    }
}

/// Returns the address that stands for all addresses that one client can choose
/// from: the first 64 bits of an IPv6 address.
pub fn address_block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn wrong_guesses_are_slowed_per_address() {
        let (limiter, password) = (GuessLimiter::default(), blake3::hash(b"right"));
        let now = Instant::now();
        let guess = |client, guess: &str, now| limiter.check_guess(client, guess, &password, now);
        for wrong in ["a", "b", "c", "d", "e"] {
            assert_eq!(guess(CLIENT, wrong, now), GuessResult::Wrong);
        }
        for (words, expected) in [
            ("f", GuessResult::TooMany(FIRST_PAUSE)),
            ("right", GuessResult::TooMany(FIRST_PAUSE)),
            ("e", GuessResult::Wrong),
        ] {
            assert_eq!(guess(CLIENT, words, now), expected, "{words}");
        }
        let other = Ipv4Addr::new(192, 0, 2, 2).into();
        assert_eq!(guess(other, "right", now), GuessResult::Right);
        let later = now + FIRST_PAUSE;
        assert_eq!(guess(CLIENT, "right", later), GuessResult::Right);
        assert_eq!(guess(CLIENT, "f", later), GuessResult::Wrong);
        assert_eq!(guess(CLIENT, "right", later), GuessResult::TooMany(FIRST_PAUSE * 2));
        assert_eq!(guess(CLIENT, "g", later + FORGET_AFTER), GuessResult::Wrong);
        assert_eq!(guess(CLIENT, "right", later + FORGET_AFTER), GuessResult::Right);
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        let seconds: Vec<u64> = (3..12).map(|count| pause_after(count).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 1, 2, 4, 8, 16, 16, 16]);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn number_of_addresses_is_bounded() {
        let (limiter, password) = (GuessLimiter::default(), blake3::hash(b"right"));
        let now = Instant::now();
        for n in 0..MAX_ADDRESSES as u32 + 10 {
            let now = now + Duration::from_millis(u64::from(n));
            limiter.check_guess(Ipv4Addr::from_bits(n).into(), "wrong", &password, now);
        }
        let addresses = lock_ignoring_poison(&limiter.0);
        assert_eq!(addresses.len(), MAX_ADDRESSES);
        assert!(!addresses.contains_key(&Ipv4Addr::from_bits(9).into()));
        assert!(addresses.contains_key(&Ipv4Addr::from_bits(10).into()));
    }

    #[test]
    fn addresses_of_one_network_are_one_client() {
        for (address, block) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(address_block(address).to_string(), block);
        }
    }
}
