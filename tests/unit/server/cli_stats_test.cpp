#include "cli/stats_command.hpp"

#include <mkdb/document/parse.hpp>

#include <gtest/gtest.h>

using namespace mkdb::cli;

TEST(StatsTable, SetsNumbersToTheRightAndShowsWhatIsNotKnown) {
    auto const stores = mkdb::document::parse(R"([
        {"name":"parts","records":63440,"damaged_records":0,"partitions":2,"segments":3,"bytes":52428800,
         "bytes_per_record":826,"space_amplification":1.25,"unprotected_bytes":1048576,
         "indexes":{"ram_bytes":1000,"disk_bytes":2097152}},
        {"name":"a","records":1}])")
                            .value();
    EXPECT_EQ(
        stats_table(stores.get_array()),
        "store  records  damaged  partitions  segments       bytes  bytes/record  amplification  unprotected  "
        "index RAM  index disk\n"
        "parts   63,440        0           2         3  52,428,800           826           1.25    1,048,576      "
        "1,000   2,097,152\n"
        "a            1        -           -         -           -             -              -            -          "
        "-           -\n");
}

TEST(StatsTable, OfNoStoresIsItsHead) {
    EXPECT_EQ(stats_table({}),
              "store  records  damaged  partitions  segments  bytes  bytes/record  amplification  unprotected  "
              "index RAM  index disk\n");
}
