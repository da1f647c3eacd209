#include <mkdb/engine/checkpoint_run.hpp>
#include <mkdb/index/index_memory.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace {

using mkdb::mebibyte;
using mkdb::engine::is_too_large_to_copy;

struct partition {
    std::shared_ptr<mkdb::index::index_memory> memory;
    [[nodiscard]] std::shared_ptr<mkdb::index::index_memory> const& index_memory() const noexcept { return memory; }
};

/// One block on the disk must not end background checkpoints for good.
TEST(CheckpointRun, CopiesAStateOfWhichLittleLiesOnTheDisk) {
    partition const small{std::make_shared<mkdb::index::index_memory>(mebibyte, nullptr)};
    EXPECT_FALSE(is_too_large_to_copy(small));
    small.memory->add_disk(64 * mebibyte);
    EXPECT_FALSE(is_too_large_to_copy(small));
    small.memory->add_disk(1);
    EXPECT_TRUE(is_too_large_to_copy(small));

    partition const large{std::make_shared<mkdb::index::index_memory>(1024 * mebibyte, nullptr)};
    large.memory->add_disk(256 * mebibyte);
    EXPECT_FALSE(is_too_large_to_copy(large)) << "beside four times as much in RAM";
    large.memory->add_disk(1);
    EXPECT_TRUE(is_too_large_to_copy(large));
    large.memory->set_limit(0);
    EXPECT_TRUE(is_too_large_to_copy(large));
}

} // namespace
