#include <mkdb/log/batch_encoder.hpp>
#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/current_format.hpp>
#include <mkdb/log/manifest_format.hpp>
#include <mkdb/log/segment_format.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mkdb::log;

uuid numbered_uuid(unsigned char from) {
    uuid made{};
    for (auto& each : made) {
        each = static_cast<std::byte>(from++);
    }
    return made;
}

place const here(numbered_uuid(1));

std::vector<std::byte> encoded(record const& from, std::uint64_t offset) {
    std::vector<std::byte> bytes(record_size(from.key.size(), from.value.size()), std::byte{0xEE});
    EXPECT_EQ(encode_record(bytes.data(), from, here, offset), bytes.size());
    return bytes;
}

TEST(RecordFormat, WhatIsEncodedIsDecoded) {
    for (std::size_t key = 0; key < 20; ++key) {
        for (std::size_t value = 0; value < 40; ++value) {
            std::string const key_text(key, 'k');
            std::string const value_text(value, 'v');
            auto const bytes = encoded({1, 7, 3, key_text, value_text}, 128);
            EXPECT_EQ(bytes.size() % 8, 0U);
            auto const found = decode_record(bytes, here, 128);
            ASSERT_EQ(found.state, record_state::whole);
            EXPECT_EQ(found.length, bytes.size());
            EXPECT_EQ(found.content.key, key_text);
            EXPECT_EQ(found.content.value, value_text);
            EXPECT_EQ(found.content.sequence, 7U);
            EXPECT_EQ(found.content.created, 3U);
        }
    }
}

TEST(RecordFormat, PaddingIsZero) {
    auto const bytes = encoded({1, 7, 3, "k", "v"}, 128);
    for (std::size_t at = sizeof(record_header) + 2 + 4; at < bytes.size(); ++at) {
        EXPECT_EQ(bytes[at], std::byte{0});
    }
}

TEST(RecordFormat, NoFlippedBitPassesAndTheKeyIsKnownUnlessItIsHit) {
    auto const bytes = encoded({1, 7, 3, "some-key", "some value"}, 128);
    auto const key_end = sizeof(record_header) + 8;
    auto const crc_end = key_end + 10 + 4;
    for (std::size_t bit = 0; bit < crc_end * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        auto const found = decode_record(damaged, here, 128);
        auto const expected = bit / 8 < key_end ? record_state::unreadable : record_state::value_damaged;
        EXPECT_EQ(found.state, expected) << "bit " << bit;
    }
}

TEST(RecordFormat, ARecordBelongsToItsFileAndOffset) {
    auto const bytes = encoded({1, 7, 3, "k", "v"}, 128);
    EXPECT_EQ(decode_record(bytes, here, 136).state, record_state::unreadable);
    EXPECT_EQ(decode_record(bytes, place(numbered_uuid(2)), 128).state, record_state::unreadable);
}

TEST(RecordFormat, ARecordThatIsCutOffIsNeverWhole) {
    auto const bytes = encoded({1, 7, 3, "key", std::string(50, 'v')}, 0);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_NE(decode_record(std::span(bytes).first(size), here, 0).state, record_state::whole);
    }
}

std::vector<std::byte> three_records(batch_encoder& encoder, std::uint64_t offset) {
    encoder.begin(here, offset, record_size(1, 10) + record_size(2, 0) + record_size(3, 100));
    encoder.add({1, 11, 11, "a", "0123456789"});
    encoder.add({2, 12, 5, "bb", ""});
    encoder.add({1, 13, 13, "ccc", std::string(100, 'c')});
    auto const whole = encoder.finish(4, 128);
    return {whole.begin(), whole.end()};
}

TEST(BatchFormat, TheHeaderSaysWhatTheBatchHolds) {
    batch_encoder encoder;
    auto const bytes = three_records(encoder, 256);
    auto const header = decode_batch_header(bytes, here, 256);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->first_sequence, 11U);
    EXPECT_EQ(header->last_sequence, 13U);
    EXPECT_EQ(header->record_count, 3U);
    EXPECT_EQ(header->durable_segment, 4U);
    EXPECT_EQ(header->durable_offset, 128U);
    EXPECT_EQ(header->body_length + sizeof *header, bytes.size());
    EXPECT_EQ(body_digest(std::span(bytes).subspan(sizeof *header), here, 256), header->body_digest);
    EXPECT_FALSE(decode_batch_header(bytes, here, 264));
}

TEST(BatchFormat, NoFlippedBitOfTheHeaderPasses) {
    batch_encoder encoder;
    auto const bytes = three_records(encoder, 256);
    for (std::size_t bit = 0; bit < sizeof(batch_header) * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(decode_batch_header(damaged, here, 256)) << "bit " << bit;
    }
}

TEST(BatchFormat, BodiesOfOneShapeHaveDifferentDigests) {
    batch_encoder encoder;
    std::vector<std::uint64_t> digests;
    for (auto const* const value : {"one", "two", "six"}) {
        encoder.begin(here, 128, record_size(1, 3));
        encoder.add({1, 1, 1, "k", value});
        static_cast<void>(encoder.finish(1, 128));
        digests.push_back(encoder.header().body_digest);
    }
    EXPECT_TRUE(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
}

TEST(BatchFormat, TheEncoderForgetsTheBatchBefore) {
    batch_encoder encoder;
    auto const first = three_records(encoder, 256);
    encoder.begin(here, 0, record_size(1, 20000));
    encoder.add({1, 1, 1, "x", std::string(20000, 'x')});
    static_cast<void>(encoder.finish(1, 0));
    EXPECT_EQ(three_records(encoder, 256), first);
}

TEST(BatchReader, SalvageFindsWholeRecordsAroundADamagedOne) {
    batch_encoder encoder;
    auto bytes = three_records(encoder, 256);
    auto const body = std::span(bytes).subspan(sizeof(batch_header));
    auto const second = record_size(1, 10);
    for (auto const hit : {second + 4, second + sizeof(record_header) + 2}) {
        auto const kept_byte = std::exchange(body[hit], std::byte{0x55});
        std::vector<std::uint64_t> kept;
        std::vector<std::uint64_t> lost;
        auto const unexplained = salvage_records(
            body, here, 256 + sizeof(batch_header),
            [&](record const& one, std::uint64_t, std::uint32_t) { kept.push_back(one.sequence); },
            [&](record const& one) { lost.push_back(one.sequence); });
        EXPECT_EQ(kept, (std::vector<std::uint64_t>{11, 13}));
        bool const header_hit = hit == second + 4;
        EXPECT_EQ(lost, header_hit ? std::vector<std::uint64_t>{} : std::vector<std::uint64_t>{12});
        EXPECT_EQ(unexplained, header_hit ? record_size(2, 0) : 0U);
        body[hit] = kept_byte;
    }
}

TEST(BatchReader, ABodyThatContradictsItsHeaderIsNotVisitedAsWhole) {
    batch_encoder encoder;
    auto const bytes = three_records(encoder, 256);
    auto const body = std::span(bytes).subspan(sizeof(batch_header));
    auto const count = [](auto&&...) {};
    EXPECT_TRUE(visit_records(body, 0, 3, count));
    EXPECT_FALSE(visit_records(body, 0, 2, count));
    EXPECT_FALSE(visit_records(body, 0, 4, count));
    EXPECT_FALSE(visit_records(body.first(body.size() - 8), 0, 3, count));
}

TEST(SegmentFormat, TheHeaderIsJudgedByWhatIsWrongWithIt) {
    auto header = sealed(segment_header{.segment_id = numbered_uuid(3), .number = 9});
    auto const judge = [&](uuid const& id) { return judge_header(std::as_bytes(std::span(&header, 1)), id); };
    EXPECT_EQ(judge(numbered_uuid(3)), header_verdict::good);
    EXPECT_EQ(judge(numbered_uuid(4)), header_verdict::foreign);
    header.number = 10;
    EXPECT_EQ(judge(numbered_uuid(3)), header_verdict::damaged);
    header.version = 2;
    EXPECT_EQ(judge(numbered_uuid(3)), header_verdict::damaged);
    header = sealed(header);
    EXPECT_EQ(judge(numbered_uuid(3)), header_verdict::newer);
    EXPECT_EQ(judge_header({}, numbered_uuid(3)), header_verdict::damaged);
}

TEST(SegmentFormat, AFooterBelongsToItsSegmentAndOffset) {
    auto const footer = sealed(segment_footer{.segment_id = numbered_uuid(1), .data_end = 512, .record_count = 3});
    auto const bytes = std::as_bytes(std::span(&footer, 1));
    ASSERT_TRUE(decode_footer(bytes, here, 512));
    EXPECT_EQ(decode_footer(bytes, here, 512)->record_count, 3U);
    EXPECT_FALSE(decode_footer(bytes, here, 520));
    EXPECT_FALSE(decode_footer(bytes, place(numbered_uuid(2)), 512));
    EXPECT_FALSE(decode_footer(bytes.first(100), here, 512));
}

TEST(ManifestFormat, AnEditIsWholeOrNothing) {
    std::vector<manifest_entry> const entries{{.number = 1, .length = 128}, {.kind = entry_kind::spend, .number = 4}};
    auto const bytes = encode_edit(entries, 6, here, 64);
    auto const found = decode_edit(bytes, here, 64);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->index, 6U);
    EXPECT_EQ(found->entries.size(), 2U);
    EXPECT_EQ(found->entries[1].kind, entry_kind::spend);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_edit(std::span(bytes).first(size), here, 64));
        auto damaged = bytes;
        damaged[size] ^= std::byte{1};
        EXPECT_FALSE(decode_edit(damaged, here, 64)) << size;
    }
}

TEST(CurrentFormat, TheLineNamesAGenerationOrIsDamagedOrNewer) {
    auto const line = encode_current(12);
    EXPECT_EQ(decode_current(line).value(), std::optional<std::uint32_t>(12));
    for (std::size_t at = 0; at < line.size(); ++at) {
        auto damaged = line;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_EQ(decode_current(damaged).value(), std::nullopt) << at;
        EXPECT_EQ(decode_current(line.substr(0, at)).value(), std::nullopt) << at;
    }
}

} // namespace
