#include <mkdb/log/window.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::kibibyte;
using mkdb::mebibyte;

/// A file of random bytes that counts how many of them are read.
class counted_file {
public:
    counted_file(std::size_t size, std::uint32_t seed) : bytes_(size) {
        std::mt19937 random(seed);
        for (auto& each : bytes_) {
            each = static_cast<std::byte>(random());
        }
    }

    [[nodiscard]] mkdb::result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        if (broken) {
            return mkdb::fail(mkdb::errc::io, "broken");
        }
        auto const found = part(offset, into.size());
        std::ranges::copy(found, into.begin());
        bytes_read += found.size();
        return found.size();
    }

    [[nodiscard]] std::span<std::byte const> part(std::uint64_t offset, std::uint64_t size) const {
        auto const from = std::min<std::uint64_t>(offset, bytes_.size());
        return std::span(bytes_).subspan(from, std::min<std::uint64_t>(size, bytes_.size() - from));
    }

    mutable std::uint64_t bytes_read = 0;
    bool broken = false;

private:
    std::vector<std::byte> bytes_;
};

void expect_same(mkdb::result<std::span<std::byte const>> const& got, std::span<std::byte const> wanted) {
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), wanted.size());
    EXPECT_TRUE(std::ranges::equal(*got, wanted));
}

class Window : public testing::Test {
protected:
    std::uint32_t seed_ = std::random_device{}();
    testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
    std::mt19937 random_{seed_};
    counted_file file_{9 * mebibyte + 12345, seed_};
};

TEST_F(Window, ShowsWhatTheFileHoldsWhateverIsAskedFor) {
    mkdb::log::window_buffer memory; // Each goes on in the memory of the one before, whatever that has left there.
    for (auto const end : {9 * mebibyte + 12345, 5 * mebibyte + 7, 20 * mebibyte}) {
        mkdb::log::window window(file_, end, std::move(memory));
        std::uint64_t at = 0;
        for (int step = 0; step < 300; ++step) {
            // Mostly onwards, sometimes back, sometimes far away; of all magnitudes.
            auto const way = random_() % 10;
            at = way == 0 ? random_() % (10 * mebibyte) : way == 1 ? at / 2 : at + random_() % (200 * kibibyte);
            auto const size = random_() % (std::uint64_t{1} << (random_() % 23));
            auto const visible = at < end ? std::min(size, end - at) : 0;
            ASSERT_NO_FATAL_FAILURE(expect_same(window.bytes(at, size), file_.part(at, visible)))
                << "at " << at << ", size " << size;
        }
        memory = std::move(window).take_buffer();
        EXPECT_GE(memory.size(), mebibyte);
    }
}

TEST_F(Window, ReadsEveryByteOnceFrontToBack) {
    auto const end = 9 * mebibyte;
    mkdb::log::window window(file_, end);
    constexpr std::uint64_t head = 64;
    for (std::uint64_t at = 0; at < end;) {
        ASSERT_NO_FATAL_FAILURE(expect_same(window.bytes(at, head), file_.part(at, std::min(head, end - at))));
        auto const body = std::min(random_() % (2 * mebibyte), end - std::min(end, at + head));
        ASSERT_NO_FATAL_FAILURE(expect_same(window.bytes(at + head, body), file_.part(at + head, body)));
        at += head + body;
    }
    // Where the buffer had to grow, what it held was kept; a head that begins in it is read with what follows.
    EXPECT_LE(file_.bytes_read, end);
}

TEST_F(Window, ShowsNothingOfAReadThatFailed) {
    mkdb::log::window window(file_, 9 * mebibyte);
    ASSERT_TRUE(window.bytes(0, 100));
    file_.broken = true;
    EXPECT_FALSE(window.bytes(500 * kibibyte, 3 * mebibyte));
    file_.broken = false;
    expect_same(window.bytes(500 * kibibyte, 3 * mebibyte), file_.part(500 * kibibyte, 3 * mebibyte));
}

} // namespace
