#include "application/process_log.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using mkdb::server::process_log;

/// What was logged, without the time.
std::multiset<std::string> words(std::istream& lines) {
    std::multiset<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        found.insert(line.substr(line.rfind(' ') + 1));
    }
    return found;
}

/// Has the default logger of other tests put back.
class ProcessLog : public ::testing::Test {
protected:
    ProcessLog() : before_(spdlog::default_logger()) { ::testing::internal::CaptureStderr(); }

    ~ProcessLog() override {
        if (!captured_) {
            standard_error();
        }
        spdlog::set_default_logger(before_);
    }

    std::string standard_error() {
        captured_ = true;
        return ::testing::internal::GetCapturedStderr();
    }

    std::filesystem::path file() const { return directory_.path() / "logs" / "mkdb.log"; }

    std::multiset<std::string> in_the_file() const {
        std::ifstream lines(file());
        return words(lines);
    }

    mkdb::testing::temporary_directory directory_;

private:
    std::shared_ptr<spdlog::logger> before_;
    bool captured_ = false;
};

TEST_F(ProcessLog, TellsStandardErrorAndTheFile) {
    process_log log;
    spdlog::info("early");
    log.write_to(directory_.path());
    spdlog::warn("late");
    EXPECT_THAT(in_the_file(), ::testing::ElementsAre("late"));
    std::istringstream told(standard_error());
    EXPECT_THAT(words(told), ::testing::ElementsAre("early", "late"));
}

TEST_F(ProcessLog, GoesOnInAFileOfThatNameWhenTheOldOneWasMovedAway) {
    process_log log;
    log.write_to(directory_.path());
    spdlog::info("old");
    std::filesystem::rename(file(), directory_.path() / "moved");
    log.write_to(directory_.path());
    spdlog::info("new");
    EXPECT_THAT(in_the_file(), ::testing::ElementsAre("new"));
}

TEST_F(ProcessLog, SaysWhyThereIsNoFileAndGoesOnWhereItWas) {
    process_log log;
    log.write_to(directory_.path());
    std::ofstream(directory_.path() / "a-file").put('x');
    log.write_to(directory_.path() / "a-file");
    spdlog::info("after");
    EXPECT_THAT(in_the_file(), ::testing::Contains("after"));
    EXPECT_THAT(standard_error(), ::testing::HasSubstr("no log file: "));
}

TEST_F(ProcessLog, LosesNoLineWhileItsFileIsOpenedAnew) {
    process_log log;
    log.write_to(directory_.path());
    std::atomic<int> writing = 3;
    std::vector<std::thread> writers;
    std::multiset<std::string> all;
    for (int writer = 0; writer < 3; ++writer) {
        for (int i = 0; i < 10'000; ++i) {
            all.insert(fmt::format("{}-{}", writer, i));
        }
        writers.emplace_back([&writing, writer] {
            for (int i = 0; i < 10'000; ++i) {
                spdlog::info("{}-{}", writer, i);
            }
            --writing;
        });
    }
    while (writing > 0) {
        log.write_to(directory_.path());
    }
    for (auto& each : writers) {
        each.join();
    }
    EXPECT_EQ(in_the_file(), all);
}

} // namespace
