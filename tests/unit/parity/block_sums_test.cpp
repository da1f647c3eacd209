// Every kernel against sums that are made a byte at a time, at lengths around its vectors and at odd addresses.
#include "support/naive_parity.hpp"

#include <mkdb/parity/detail/fastest_sums.hpp>
#include <mkdb/parity/detail/isal_sums.hpp>

#include <gtest/gtest.h>

#include <random>

namespace {

namespace parity = mkdb::parity::detail;
using mkdb::testing::blocks;
using factors = std::vector<std::vector<std::uint8_t>>;

constexpr std::byte guard{0xA5};

parity::matrix to_matrix(factors const& rows, std::size_t columns) {
    parity::matrix made(rows.size(), columns);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::ranges::copy(rows[row], made.row(row).begin());
    }
    return made;
}

/// Blocks of one length, each at an odd address and between bytes that nobody may change.
class guarded_blocks {
public:
    guarded_blocks(std::size_t count, std::size_t length) : length_(length) {
        for (std::size_t i = 0; i < count; ++i) {
            memory_.emplace_back(before(i) + length + margin, guard);
        }
    }

    explicit guarded_blocks(blocks const& from) : guarded_blocks(from.size(), from.empty() ? 0 : from.front().size()) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            std::ranges::copy(from[i], memory_[i].begin() + static_cast<std::ptrdiff_t>(before(i)));
        }
    }

    [[nodiscard]] std::vector<std::byte*> addresses() {
        std::vector<std::byte*> begins;
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            begins.push_back(memory_[i].data() + before(i));
        }
        return begins;
    }

    [[nodiscard]] blocks contents() const {
        blocks found;
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            auto const begin = memory_[i].begin() + static_cast<std::ptrdiff_t>(before(i));
            found.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length_));
        }
        return found;
    }

    [[nodiscard]] bool guards_hold() const {
        auto const is_guard = [](std::byte found) { return found == guard; };
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            auto const whole = std::span(memory_[i]);
            if (!std::ranges::all_of(whole.first(before(i)), is_guard) ||
                !std::ranges::all_of(whole.last(margin), is_guard)) {
                return false;
            }
        }
        return true;
    }

private:
    static constexpr std::size_t margin = 129;

    [[nodiscard]] static std::size_t before(std::size_t number) { return margin + (number * 37) % 64; }

    std::size_t length_;
    std::vector<std::vector<std::byte>> memory_;
};

template <class Sums>
class BlockSums : public testing::Test {
protected:
    void SetUp() override {
        if (!Sums::is_available()) {
            GTEST_SKIP() << "this processor lacks the instructions";
        }
    }

    void expect_right_sums(factors const& rows, blocks const& from) {
        auto const length = from.front().size();
        guarded_blocks read(from);
        guarded_blocks written(rows.size(), length);
        auto const begins = read.addresses();
        std::vector<std::byte const*> const sources(begins.begin(), begins.end());
        Sums(to_matrix(rows, from.size())).write(sources, written.addresses(), length);
        ASSERT_EQ(written.contents(), mkdb::testing::sum_slowly(rows, from));
        ASSERT_TRUE(written.guards_hold());
        ASSERT_EQ(read.contents(), from);
    }
};

#if defined(__x86_64__)
using kernels =
    testing::Types<parity::scalar_sums, parity::avx2_sums, parity::gfni_sums, parity::fastest_sums, parity::isal_sums>;
#else
using kernels = testing::Types<parity::scalar_sums, parity::fastest_sums, parity::isal_sums>;
#endif
TYPED_TEST_SUITE(BlockSums, kernels);

TYPED_TEST(BlockSums, MultiplyEveryByteByEveryFactor) {
    factors rows;
    for (unsigned factor = 0; factor < 256; ++factor) {
        rows.push_back({static_cast<std::uint8_t>(factor)});
    }
    blocks from(1);
    for (unsigned value = 0; value < 256; ++value) {
        from[0].push_back(static_cast<std::byte>(value));
    }
    this->expect_right_sums(rows, from);
}

TYPED_TEST(BlockSums, AreRightAtEveryLengthAroundAVector) {
    auto const seed = std::random_device()();
    std::mt19937 random(seed);
    for (std::size_t length = 0; length <= 400; length = length == 135 ? 250 : length + 1) {
        SCOPED_TRACE(testing::Message() << "length " << length << ", seed " << seed);
        factors rows(3, std::vector<std::uint8_t>(4));
        blocks from(4, std::vector<std::byte>(length));
        for (auto& row : rows) {
            std::ranges::generate(row, [&] { return static_cast<std::uint8_t>(random()); });
        }
        for (auto& block : from) {
            std::ranges::generate(block, [&] { return static_cast<std::byte>(random()); });
        }
        this->expect_right_sums(rows, from);
    }
}

TYPED_TEST(BlockSums, AreRightForEveryNumberOfRowsAndBeyondATile) {
    auto const seed = std::random_device()();
    std::mt19937 random(seed);
    for (std::size_t count = 0; count <= 32; ++count) {
        SCOPED_TRACE(testing::Message() << count << " rows, seed " << seed);
        auto const columns = 1 + random() % 40;
        factors rows(count, std::vector<std::uint8_t>(columns));
        blocks from(columns, std::vector<std::byte>(count % 8 == 1 ? 4099 : 77));
        for (auto& row : rows) {
            std::ranges::generate(row, [&] { return static_cast<std::uint8_t>(random()); });
        }
        for (auto& block : from) {
            std::ranges::generate(block, [&] { return static_cast<std::byte>(random()); });
        }
        this->expect_right_sums(rows, from);
    }
}

TYPED_TEST(BlockSums, AreThoseOfTheShippedStripe) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    blocks from(245, std::vector<std::byte>(4096));
    for (auto& block : from) {
        std::ranges::generate(block, [&] { return static_cast<std::byte>(random()); });
    }
    this->expect_right_sums(mkdb::testing::slow_generator({245, 10}), from);
}

} // namespace
