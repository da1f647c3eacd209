#include "cli/unknown_command.hpp"

#include <mkdb/document/nearest_name.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>

namespace mkdb::cli {
namespace {

std::optional<std::string> nearest_command(CLI::App const& app, std::string const& word) {
    std::vector<std::string> names;
    for (auto const* const command : app.get_subcommands([](CLI::App const*) { return true; })) {
        names.push_back(command->get_name());
    }
    return document::nearest_name(word, names);
}

} // namespace

std::optional<unknown_word> unknown_command(CLI::App const& app) {
    auto const& words = app.get_option("DIR")->results();
    std::error_code ignored;
    if (words.empty() || std::filesystem::exists(words.front(), ignored)) {
        return std::nullopt;
    }
    auto const meant = nearest_command(app, words.front());
    return unknown_word{fmt::format("unknown command '{}', nor is there such a directory: {}", words.front(),
                                    meant ? fmt::format("did you mean `mkdb {}`?", *meant) : "see `mkdb --help`"),
                        meant.has_value()};
}

} // namespace mkdb::cli
