// Lost blocks of a sealed segment and of its parity, by pattern: all that is within the budget comes back byte for
// byte, and beyond it nothing is changed.
#include "support/sealed_segment.hpp"

#include <cstdlib>
#include <random>

namespace {

using namespace mkdb::testing;
using mkdb::log::healing;
using mkdb::log::healing_outcome;

bool full_counts() {
    return std::getenv("MKDB_FULL_TESTS") != nullptr;
}

/// One sealed segment with its parity, whose blocks can be lost and brought back.
class lone_segment {
public:
    lone_segment(std::uint64_t bytes, std::uint32_t parity_blocks, std::uint32_t block_bytes, std::uint64_t seed = 1)
        : files_(bytes, parity_blocks, block_bytes, seed), whole_(snapshot(files_.disk, "/")) {}

    [[nodiscard]] mkdb::log::parity_layout const& layout() const { return files_.layout; }
    [[nodiscard]] std::map<std::string, std::string> const& whole() const { return whole_; }
    [[nodiscard]] std::map<std::string, std::string> now() const { return snapshot(files_.disk, "/"); }
    [[nodiscard]] std::uint64_t all_blocks() const { return layout().blocks() + layout().parity_blocks(); }

    /// Blocks of the segment come first, then those of parity.
    void lose(std::uint64_t block) {
        bool const data = block < layout().blocks();
        auto const offset = data ? layout().block_offset(block)
                                 : mkdb::log::parity_map(layout()).parity_offset(block - layout().blocks());
        auto const size = data ? layout().block_size(block) : layout().block_bytes;
        auto const name = data ? segment_name(1) : parity_name(1);
        auto text = whole_.at(name).substr(offset, size);
        for (auto& each : text) {
            each = static_cast<char>(~each);
        }
        files_.disk.open(name, mkdb::file::open_mode::read_write)
            .value()
            .write_at(offset, mkdb::as_bytes(text))
            .value();
    }

    void write(std::string const& name, std::string const& content) {
        auto file = files_.disk.exists(name).value()
                        ? files_.disk.open(name, mkdb::file::open_mode::read_write).value()
                        : files_.disk.open(name, mkdb::file::open_mode::create_new).value();
        file.resize(content.size()).value();
        file.write_at(0, mkdb::as_bytes(content)).value();
    }

    void restore() {
        for (auto const& [name, content] : whole_) {
            write(name, content);
        }
    }

    healing heal() { return files_.run(); }

    /// The stripes that have lost more than their parity makes up for, with lost data among it.
    [[nodiscard]] bool is_beyond(std::set<std::uint64_t> const& lost) const {
        std::map<std::uint64_t, std::pair<std::uint64_t, bool>> by_stripe;
        for (auto const block : lost) {
            bool const data = block < layout().blocks();
            auto& each = by_stripe[(data ? block : block - layout().blocks()) % layout().stripes()];
            ++each.first;
            each.second |= data;
        }
        return std::ranges::any_of(by_stripe, [&](auto const& each) {
            return each.second.second && each.second.first > layout().stripe_parity;
        });
    }

    void expect_right(std::set<std::uint64_t> const& lost) {
        for (auto const block : lost) {
            lose(block);
        }
        auto const damaged = now();
        bool const data_lost = !lost.empty() && *lost.begin() < layout().blocks();
        auto const found = heal();
        if (is_beyond(lost)) {
            EXPECT_EQ(found.outcome, healing_outcome::unrecoverable);
            EXPECT_FALSE(found.deficits.empty());
            EXPECT_EQ(now(), damaged) << "nothing may be changed";
        } else {
            EXPECT_EQ(found.outcome, data_lost ? healing_outcome::healed : healing_outcome::clean) << found.message;
            EXPECT_EQ(now().at(segment_name(1)), whole_.at(segment_name(1)));
        }
        restore();
    }

private:
    sealed_segment files_;
    std::map<std::string, std::string> whole_;
};

/// Calls `visit` with every set of `size` numbers below `count`.
template <class Visit>
void for_each_set(std::uint64_t count, std::uint64_t size, Visit visit, std::set<std::uint64_t> chosen = {}) {
    if (chosen.size() == size) {
        visit(chosen);
        return;
    }
    for (auto next = chosen.empty() ? 0 : *chosen.rbegin() + 1; next < count; ++next) {
        auto more = chosen;
        more.insert(next);
        for_each_set(count, size, visit, more);
    }
}

TEST(Erasures, EveryPatternWithinTheBudgetComesBackAndNoneBeyondItIsGuessed) {
    for (auto const& [bytes, parity] : {std::pair(200U, 1U), std::pair(500U, 2U), std::pair(400U, 3U)}) {
        lone_segment segment(bytes, parity, 64);
        std::uint64_t patterns = 0;
        for (std::uint64_t size = 0; size <= segment.layout().stripe_parity + 1; ++size) {
            for_each_set(segment.all_blocks(), size, [&](std::set<std::uint64_t> const& lost) {
                ++patterns;
                segment.expect_right(lost);
            });
        }
        EXPECT_GT(patterns, 15U);
        ASSERT_FALSE(HasFailure()) << bytes << " bytes and " << parity << " parity blocks";
    }
}

TEST(Erasures, RandomPatternsOverManyStripesOfTheDefaultShape) {
    constexpr std::uint64_t seed = 20261126;
    std::mt19937_64 chance(seed);
    lone_segment segment(64 * 245 * 4 + 100, 10, 64);
    ASSERT_EQ(segment.layout().stripes(), 5U);
    for (int round = 0; round < (full_counts() ? 10000 : 150); ++round) {
        SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed));
        std::set<std::uint64_t> lost;
        auto const stripe = chance() % segment.layout().stripes();
        auto const count = round % 3 == 0 ? 1 + chance() % 10 : 11 + chance() % 2;
        while (lost.size() < count) {
            auto const block = chance() % segment.all_blocks();
            bool const data = block < segment.layout().blocks();
            if ((data ? block : block - segment.layout().blocks()) % segment.layout().stripes() == stripe) {
                lost.insert(block);
            }
        }
        segment.expect_right(lost);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(Erasures, ABurstIsSharedByTheStripes) {
    lone_segment segment(64 * 245 * 4, 10, 64);
    std::set<std::uint64_t> burst;
    for (std::uint64_t block = 300; block < 300 + 10 * segment.layout().stripes(); ++block) {
        burst.insert(block);
    }
    segment.expect_right(burst);
    EXPECT_FALSE(segment.is_beyond(burst));
}

TEST(Erasures, ASmallSegmentThatIsMissingComesBackWhole) {
    lone_segment segment(300, 10, 64);
    std::set<std::uint64_t> all;
    for (std::uint64_t block = 0; block < segment.layout().blocks(); ++block) {
        all.insert(block);
    }
    segment.expect_right(all);
    EXPECT_FALSE(segment.is_beyond(all));
}

/// T16: the checker sees every flipped bit, and every damaged byte is healed.
TEST(Erasures, EveryFlippedBitIsSeenAndEveryByteHealed) {
    lone_segment segment(full_counts() ? 1048576 - 128 : 4096, 10, full_counts() ? 4096 : 64);
    auto const& layout = segment.layout();
    auto const text = segment.whole().at(segment_name(1));
    auto const bytes = mkdb::as_bytes(text);
    mkdb::log::place const where(mkdb::log::uuid{std::byte{0x42}});
    for (std::uint64_t block = 0; block < layout.blocks(); ++block) {
        auto const offset = layout.block_offset(block);
        std::vector<std::byte> damaged(bytes.begin() + std::ptrdiff_t(offset),
                                       bytes.begin() + std::ptrdiff_t(offset + layout.block_size(block)));
        auto const right = mkdb::log::checksum_of(damaged, where, offset);
        for (std::size_t bit = 0; bit < damaged.size() * 8; ++bit) {
            damaged[bit / 8] ^= std::byte(1U << bit % 8);
            ASSERT_NE(mkdb::log::checksum_of(damaged, where, offset), right);
            damaged[bit / 8] ^= std::byte(1U << bit % 8);
        }
    }
    // Through the files: the same byte of as many blocks at a time as parity makes up for.
    std::uint64_t healed = 0;
    auto const at_once = layout.stripes() * layout.stripe_parity;
    for (std::uint64_t at = 0; at < layout.block_bytes; ++at) {
        for (std::uint64_t first = 0; first < layout.blocks(); first += at_once) {
            auto damaged = text;
            std::uint64_t hit = 0;
            for (auto block = first; block < std::min(first + at_once, layout.blocks()); ++block) {
                if (at < layout.block_size(block)) {
                    auto& byte = damaged[layout.block_offset(block) + at];
                    byte = static_cast<char>(byte ^ static_cast<char>(1U << at % 8));
                    ++hit;
                }
            }
            segment.write(segment_name(1), damaged);
            ASSERT_EQ(segment.heal().damaged_blocks, hit);
            ASSERT_EQ(segment.now(), segment.whole());
            healed += hit;
        }
    }
    EXPECT_EQ(healed, text.size());
}

} // namespace
