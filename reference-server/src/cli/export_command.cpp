#include "cli/export_command.hpp"

#include "cli/interrupt.hpp"
#include "cli/local_database.hpp"
#include "cli/output_file.hpp"
#include "cli/progress_bar.hpp"
#include "cli/terminal.hpp"
#include "cli/wire_client.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/service/answer_json.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

constexpr std::uint64_t first_page = 2000;

/// The file and the bar of one export.
class export_run {
public:
    explicit export_run(output_file file, bool bar)
        : file_(std::move(file)),
          bar_(bar ? progress_bar<>::writer(write_to_terminal) : progress_bar<>::writer(), terminal_width(stderr)) {}

    [[nodiscard]] result<> put(std::string const& line, std::uint64_t total) {
        MKDB_TRY(file_.write(line));
        ++records_;
        bar_.show({records_, records_, total});
        return interrupted() ? result<>(fail(errc::cancelled, "interrupted: the export is not complete")) : result<>();
    }

    [[nodiscard]] result<> finish() {
        bar_.clear();
        return file_.finish();
    }

    [[nodiscard]] std::uint64_t records() const { return records_; }

private:
    static void write_to_terminal(std::string_view text) {
        fmt::print(stderr, "{}", text);
        std::fflush(stderr);
    }

    output_file file_;
    progress_bar<> bar_;
    std::uint64_t records_ = 0;
};

/// How many `more` are, whose ids nobody knows, cannot be said.
std::string left_out_sentence(std::string const& store, std::uint64_t damaged, bool more) {
    if (damaged == 0) {
        return fmt::format("records of store '{}' that cannot be named are damaged and were left out; "
                           "all that can be read are written",
                           store);
    }
    auto const* const word = damaged == 1 ? "record" : "records";
    if (more) {
        return fmt::format("at least {} {} of store '{}', and others that cannot be named, are damaged and were left "
                           "out; all that can be read are written",
                           damaged, word, store);
    }
    return fmt::format("{} {} of store '{}' {} damaged and {} left out; all others are written", damaged, word, store,
                       damaged == 1 ? "is" : "are", damaged == 1 ? "was" : "were");
}

outcome export_directory(std::filesystem::path const& directory, std::string const& name, export_run& run) {
    MKDB_TRY_ASSIGN(auto const database, local_database::open(directory));
    MKDB_TRY_ASSIGN(auto const store, database->open_store(name));
    result<> written;
    std::string line;
    MKDB_TRY_ASSIGN(auto const damaged, store->for_each([&](record const& each) {
        line.clear();
        service::append_record(line, each, false);
        line += '\n';
        written = run.put(line, store->size());
        return written.has_value();
    }));
    MKDB_TRY(written);
    MKDB_TRY(run.finish());
    if (bool const more = store->statistics().lost_unnamed; damaged > 0 || more) {
        return fail(errc::corrupt_record, left_out_sentence(name, damaged, more));
    }
    return succeeded;
}

/// Asks for page after page; a page that is too large for one answer is asked for in smaller pieces.
class page_reader {
public:
    page_reader(wire_client& client, std::string const& store) : client_(client), store_(store) {}

    [[nodiscard]] result<boost::json::object> next(std::uint64_t offset) {
        for (;;) {
            auto page = client_.call({{"action", "query"},
                                      {"store", store_},
                                      {"filter", boost::json::object()},
                                      {"hydrate", true},
                                      {"limit", limit_},
                                      {"offset", offset}});
            if (page && page->is_object()) {
                return std::move(page->get_object());
            }
            if (page || limit_ == 1 || !page.error().message.starts_with("Response too large")) {
                return page ? fail(errc::connection, "the server's answer to a query is not an object") : page.error();
            }
            limit_ = std::max<std::uint64_t>(1, limit_ / 4);
        }
    }

private:
    wire_client& client_;
    std::string const& store_;
    std::uint64_t limit_ = first_page;
};

outcome export_server(server_address const& where, export_options const& options, export_run& run) {
    MKDB_TRY_ASSIGN(auto client, wire_client::connect(where, {.access = "R", .timeout = options.timeout}));
    page_reader pages(client, options.store);
    std::optional<std::uint64_t> total;
    bool changed = false;
    for (;;) {
        MKDB_TRY_ASSIGN(auto const page, pages.next(run.records()));
        auto const all = page.at("total_matches").to_number<std::uint64_t>();
        changed = changed || (total && *total != all);
        total = all;
        auto const& records = page.at("records").as_array();
        for (auto const& each : records) {
            MKDB_TRY(run.put(document::to_json(each) + "\n", all));
        }
        if (records.empty() || run.records() >= all) {
            break;
        }
    }
    MKDB_TRY(run.finish());
    if (changed) {
        return fail(errc::outcome_unknown, "the store was written to meanwhile: records may be missing or there twice; "
                                           "export again while nobody writes");
    }
    return succeeded;
}

} // namespace

outcome export_records(export_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_socket_target(options.target));
    MKDB_TRY_ASSIGN(auto file, output_file::open(options.output));
    // A bar between the records of a terminal would help nobody.
    bool const bar = is_terminal(stderr) && (!options.output.empty() || !is_terminal(stdout));
    export_run run(std::move(file), bar);
    interrupt_guard const guard;
    if (auto const* const address = std::get_if<server_address>(&where)) {
        return export_server(*address, options, run);
    }
    return export_directory(std::get<std::filesystem::path>(where), options.store, run);
}

} // namespace mkdb::cli
