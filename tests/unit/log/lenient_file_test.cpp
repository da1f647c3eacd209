#include <mkdb/log/lenient_file.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::result;
using mkdb::log::lenient_file;

constexpr std::uint64_t page = 4096;

/// Fails where a read touches a page that is bad, or with `refusal` always.
struct bad_disk {
    std::vector<std::byte> content;
    std::vector<std::uint64_t> bad_pages;
    std::optional<errc> refusal{};

    [[nodiscard]] result<std::uint64_t> size() const { return content.size(); }
    [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        if (refusal) {
            return mkdb::fail(*refusal, "refused");
        }
        auto const length = offset < content.size() ? std::min<std::uint64_t>(into.size(), content.size() - offset) : 0;
        for (auto const bad : bad_pages) {
            if (offset < (bad + 1) * page && offset + length > bad * page) {
                return mkdb::fail(errc::io, "bad page");
            }
        }
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), length, into.begin());
        return std::size_t{length};
    }
};

bad_disk disk_of(std::uint64_t size, std::vector<std::uint64_t> bad) {
    bad_disk made{.content = std::vector<std::byte>(size), .bad_pages = std::move(bad)};
    for (std::uint64_t at = 0; at < size; ++at) {
        made.content[at] = static_cast<std::byte>(at % 255 + 1);
    }
    return made;
}

TEST(LenientFile, WhatTheDiskCannotGiveIsZerosAndAllElseIsAsItIs) {
    auto const size = 5 * page + 100;
    for (std::vector<std::uint64_t> const& bad :
         {std::vector<std::uint64_t>{}, {0}, {2}, {1, 3}, {5}, {0, 1, 2, 3, 4, 5}}) {
        auto const disk = disk_of(size, bad);
        auto expected = disk.content;
        for (auto const each : bad) {
            auto const end = std::min(size, (each + 1) * page);
            std::fill(expected.begin() + static_cast<std::ptrdiff_t>(each * page),
                      expected.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0});
        }
        lenient_file const read(disk);
        for (std::uint64_t const offset :
             {std::uint64_t{0}, std::uint64_t{1}, page - 1, 2 * page + 7, size - 1, size}) {
            for (std::uint64_t const length : {std::uint64_t{1}, page, 3 * page, 2 * size}) {
                SCOPED_TRACE(std::to_string(offset) + "+" + std::to_string(length));
                std::vector<std::byte> into(length, std::byte{0xEE});
                auto const got = read.read_at(offset, into);
                ASSERT_TRUE(got);
                ASSERT_EQ(*got, std::min(length, size - offset));
                EXPECT_TRUE(std::equal(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(*got),
                                       expected.begin() + static_cast<std::ptrdiff_t>(offset)));
            }
        }
    }
}

TEST(LenientFile, CountsEachPageOnceAndAsksForNoneAgain) {
    auto const disk = disk_of(5 * page, {1, 3});
    lenient_file const read(disk);
    std::vector<std::byte> into(5 * page);
    EXPECT_FALSE(read.first_error());
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(read.read_at(0, into));
        EXPECT_EQ(read.pages_withheld(), 2U);
    }
    EXPECT_EQ(read.first_error()->message, "bad page");
}

TEST(LenientFile, ADiskThatWithholdsManyPagesFails) {
    constexpr auto most = lenient_file<bad_disk>::most_withheld;
    for (auto const count : {most, most + 1}) {
        std::vector<std::uint64_t> bad(count);
        std::iota(bad.begin(), bad.end(), 1);
        auto const disk = disk_of((most + 3) * page, bad);
        std::vector<std::byte> into(disk.content.size());
        auto const got = lenient_file(disk).read_at(0, into);
        EXPECT_EQ(got.has_value(), count == most);
        EXPECT_TRUE(got || got.error().code == errc::io);
    }
}

TEST(LenientFile, OnlyAnErrorOfTheDiskIsDamage) {
    auto disk = disk_of(page, {});
    disk.refusal = errc::out_of_memory;
    std::vector<std::byte> into(page);
    auto const got = lenient_file(disk).read_at(0, into);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::out_of_memory);
}

} // namespace
