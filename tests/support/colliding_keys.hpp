#pragma once

#include <mkdb/core/hash.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Keys that somebody makes who knows a hash function. All are of letters and digits, so that they can be ids, names of
/// fields, values and words.
namespace mkdb::test {

inline constexpr std::string_view key_characters = "abcdefghijklmnopqrstuvwxyz0123456789";

[[nodiscard]] inline std::string random_key(std::mt19937_64& random, std::size_t length) {
    std::string key;
    while (key.size() < length) {
        key += key_characters[random() % key_characters.size()];
    }
    return key;
}

[[nodiscard]] inline std::vector<std::string> random_keys(std::size_t count, std::size_t length) {
    std::mt19937_64 random(46);
    std::vector<std::string> keys;
    while (keys.size() < count) {
        keys.push_back(random_key(random, length));
    }
    return keys;
}

/// How libstdc++'s `std::hash` (MurmurHash64A) takes in eight bytes, and which bytes lead to a wanted state.
class murmur_state {
public:
    explicit murmur_state(std::uint64_t state) noexcept : state_(state) {}
    /// Of the beginning of a key. Everybody's seed is the same.
    [[nodiscard]] static murmur_state of_length(std::size_t length) noexcept {
        return murmur_state(0xC70F6907U ^ (length * multiplier));
    }

    [[nodiscard]] murmur_state after(std::uint64_t bytes) const noexcept {
        bytes *= multiplier;
        return murmur_state((state_ ^ ((bytes ^ (bytes >> 47U)) * multiplier)) * multiplier);
    }
    [[nodiscard]] std::uint64_t bytes_before(murmur_state wanted) const noexcept {
        auto const mixed = ((wanted.state_ * inverse) ^ state_) * inverse;
        return (mixed ^ (mixed >> 47U)) * inverse;
    }

private:
    static constexpr std::uint64_t multiplier = 0xC6A4A7935BD1E995U;
    /// Of an odd number, modulo 2^64: each step of Newton's iteration doubles the bits that are right.
    static constexpr std::uint64_t inverse = [] {
        std::uint64_t found = multiplier;
        for (int i = 0; i < 6; ++i) {
            found *= 2 - multiplier * found;
        }
        return found;
    }();

    std::uint64_t state_;
};

/// Two blocks of eight letters and digits that take one state to the other. All but the last is chosen at random: the
/// hash can be computed backwards, and one in 85,000 results is of letters and digits alone.
[[nodiscard]] inline std::string murmur_bridge(std::mt19937_64& random, murmur_state from, murmur_state to) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (;;) {
        std::string blocks = random_key(random, 16);
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, blocks.data(), sizeof bytes);
        bytes = from.after(bytes).bytes_before(to);
        std::memcpy(blocks.data() + sizeof bytes, &bytes, sizeof bytes);
        if (blocks.find_first_not_of(characters) == std::string::npos) {
            return blocks;
        }
    }
}

/// Keys of one `std::hash`, in all 64 bits. Each part of a key has eight forms that lead to the same state.
[[nodiscard]] inline std::vector<std::string> std_hash_collisions(std::size_t count) {
    constexpr std::size_t parts = 6;
    constexpr unsigned bits_a_part = 3;
    std::mt19937_64 random(46);
    std::vector<std::vector<std::string>> forms(parts);
    auto state = murmur_state::of_length(parts * 16);
    for (auto& part : forms) {
        murmur_state const next(random());
        while (part.size() < (1U << bits_a_part)) {
            part.push_back(murmur_bridge(random, state, next));
        }
        state = next;
    }
    std::vector<std::string> keys(count);
    for (std::size_t choice = 0; choice < count; ++choice) {
        for (std::size_t i = 0; i < parts; ++i) {
            keys[choice] += forms[i][(choice >> (bits_a_part * i)) % forms[i].size()];
        }
    }
    return keys;
}

/// Boost.JSON's hash of the name of a member: FNV-1a, to whose first state the address of the object's table is added.
[[nodiscard]] inline std::uint64_t fnv_hash(std::string_view key, std::uint64_t state) noexcept {
    for (char const byte : key) {
        state = (static_cast<std::uint64_t>(byte) ^ state) * 0x100000001B3U;
    }
    return state;
}
inline constexpr std::uint64_t fnv_start = 0xCBF29CE484222325U;

/// Keys that FNV takes from `state` to one value of the lowest `bits`. No higher bit of a state ever reaches a lower
/// one, so two blocks that collide there are found among 2^(bits / 2) at random, and each further pair doubles the
/// keys: all combinations collide. It is enough to know so many bits of an address, and that a table has a multiple of
/// 2^bits places.
[[nodiscard]] inline std::vector<std::string> fnv_collisions(std::size_t count, std::uint64_t state, unsigned bits) {
    std::mt19937_64 random(46);
    auto const mask = (std::uint64_t{1} << bits) - 1;
    std::vector<std::string> keys{""};
    while (keys.size() < count) {
        std::unordered_map<std::uint64_t, std::string> seen;
        for (bool found = false; !found;) {
            auto const block = random_key(random, 5);
            auto const [at, fresh] = seen.emplace(fnv_hash(block, state) & mask, block);
            if (found = !fresh && at->second != block; found) {
                state = at->first;
                std::vector<std::string> longer;
                for (auto const& key : keys) {
                    longer.push_back(key + at->second);
                    longer.push_back(key + block);
                }
                keys = std::move(longer);
            }
        }
    }
    keys.resize(count);
    return keys;
}

/// Keys of one value of the lowest eight bits of XXH3 without a seed, by which a store chooses the partition of an id:
/// of any number of partitions that is a power of two they all go to one.
[[nodiscard]] inline std::vector<std::string> partition_collisions(std::size_t count, std::size_t length) {
    std::mt19937_64 random(46);
    std::vector<std::string> keys;
    while (keys.size() < count) {
        auto key = random_key(random, length);
        for (auto& last = key.back(); keys.size() < count; ++last) {
            if (hash64(key, 0) % 256 == 0) {
                keys.push_back(key);
            }
            if (last == 'z' || last == '9') {
                break;
            }
        }
    }
    return keys;
}

} // namespace mkdb::test
