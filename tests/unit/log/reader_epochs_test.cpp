#include <mkdb/log/reader_epochs.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {

using mkdb::log::reader_epochs;

TEST(ReaderEpochs, NobodyIsWaitedForWhenNobodyReads) {
    reader_epochs epochs;
    epochs.wait_for_readers();
    { auto const over = epochs.enter(); }
    epochs.wait_for_readers();
}

TEST(ReaderEpochs, AReaderThatWasThereIsWaitedForAndALaterOneIsNot) {
    reader_epochs epochs;
    std::atomic<bool> waited = false;
    struct reader {
        reader_epochs::guard reading;
    };
    std::unique_ptr<reader> early(new reader{epochs.enter()});
    std::thread waiting([&] {
        epochs.wait_for_readers();
        waited = true;
        waited.notify_one();
    });
    EXPECT_FALSE(waited);
    early.reset();
    waited.wait(false);
    waiting.join();
    auto const late = epochs.enter();
    EXPECT_TRUE(waited);
}

TEST(ReaderEpochs, WhatReadersFoundIsNeverFreedUnderThem) {
    reader_epochs epochs;
    std::atomic<int*> shared = new int(1);
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> wrong = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            while (!stop) {
                auto const reading = epochs.enter();
                if (auto const* const found = shared.load()) {
                    wrong += *found == 1 ? 0 : 1;
                }
            }
        });
    }
    for (int round = 0; round < 2000; ++round) {
        std::unique_ptr<int> const taken(shared.exchange(nullptr));
        epochs.wait_for_readers();
        *taken = 0;
        shared = new int(1);
    }
    stop = true;
    for (auto& each : readers) {
        each.join();
    }
    delete shared.load();
    EXPECT_EQ(wrong, 0U);
}

} // namespace
