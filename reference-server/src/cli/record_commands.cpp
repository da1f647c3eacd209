#include "cli/explanation_text.hpp"
#include "cli/interrupt.hpp"
#include "cli/json_output.hpp"
#include "cli/record_commands.hpp"
#include "cli/record_table.hpp"
#include "cli/terminal.hpp"
#include "cli/text_input.hpp"
#include "cli/wire_client.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

result<wire_client> connect(call_options const& options, std::string_view access) {
    MKDB_TRY_ASSIGN(auto const where, parse_socket_address(options.url));
    return wire_client::connect(where, {.access = access, .timeout = options.timeout});
}

result<boost::json::value> call(call_options const& options, std::string_view access, boost::json::object request) {
    interrupt_guard const guard;
    MKDB_TRY_ASSIGN(auto client, connect(options, access));
    request["store"] = options.store;
    return client.call(std::move(request));
}

result<boost::json::object> parse_argument(std::string_view json, std::string_view what) {
    auto parsed = document::parse_object(json);
    return parsed
               ? std::move(parsed)
               : fail(errc::invalid_argument, fmt::format("{} is not a JSON object: {}", what, parsed.error().message));
}

result<std::string> whole_standard_input() {
    MKDB_TRY_ASSIGN(auto input, open_text_input("-", [] { return result<>(); }));
    for (bool more = true; more && input.unread().size() <= limits::document_bytes;) {
        MKDB_TRY_ASSIGN(more, input.read_more());
    }
    return std::string(input.unread());
}

void add_revision(boost::json::object& request, record_options const& options) {
    if (options.if_revision) {
        request["if_revision"] = *options.if_revision;
    }
}

result<boost::json::object> query_request(query_options const& options) {
    MKDB_TRY_ASSIGN(auto filter, parse_argument(options.filter, "FILTER"));
    bool const records = !options.ids_only && !options.count_only && options.aggregate.empty();
    boost::json::object request{{"action", "query"}, {"filter", std::move(filter)}, {"hydrate", records}};
    if (!options.sort.empty()) {
        request["sort"] = boost::json::array(options.sort.begin(), options.sort.end());
    }
    if (options.limit) {
        request["limit"] = *options.limit;
    }
    if (options.offset != 0) {
        request["offset"] = options.offset;
    }
    if (!options.fields.empty()) {
        request["fields"] = boost::json::array(options.fields.begin(), options.fields.end());
    }
    if (options.cursor) {
        request["cursor"] = *options.cursor;
    }
    if (options.count_only) {
        request["count_only"] = true;
    }
    if (options.search) {
        boost::json::array const fields(options.search_fields.begin(), options.search_fields.end());
        request["search"] = {{"text", *options.search}, {"fields", fields}};
    }
    if (!options.aggregate.empty()) {
        MKDB_TRY_ASSIGN(request["aggregate"], parse_argument(options.aggregate, "--aggregate"));
    }
    return request;
}

outcome explain_query(query_options const& options, boost::json::object request) {
    request["action"] = "explain";
    MKDB_TRY_ASSIGN(auto const told, call(options, "R", std::move(request)));
    if (options.json || !is_terminal(stdout) || !told.is_object()) {
        print_json(told, true);
    } else {
        fmt::print("{}", explanation_text(told.get_object()));
    }
    return succeeded;
}

} // namespace

outcome get_record(record_options const& options) {
    MKDB_TRY_ASSIGN(auto const found, call(options, "R", {{"action", "read"}, {"record_id", options.id}}));
    print_json(found, options.json);
    return succeeded;
}

outcome set_record(record_options const& options) {
    std::string fields = options.fields;
    if (fields == "-") {
        MKDB_TRY_ASSIGN(fields, whole_standard_input());
    }
    MKDB_TRY_ASSIGN(auto delta, parse_argument(fields, "JSON"));
    boost::json::object request{{"action", "write"}, {"record_id", options.id}, {"delta", std::move(delta)}};
    add_revision(request, options);
    MKDB_TRY_ASSIGN(auto const written, call(options, "W", std::move(request)));
    print_json(written, true);
    return succeeded;
}

outcome delete_record(record_options const& options) {
    boost::json::object request{{"action", "delete"}, {"record_id", options.id}};
    add_revision(request, options);
    MKDB_TRY_ASSIGN(auto const gone, call(options, "W", std::move(request)));
    print_json(gone, true);
    return succeeded;
}

outcome query_records(query_options const& options) {
    MKDB_TRY_ASSIGN(auto request, query_request(options));
    if (options.explain) {
        return explain_query(options, std::move(request));
    }
    MKDB_TRY_ASSIGN(auto const page, call(options, "R", std::move(request)));
    if (auto const* const answer = page.if_object(); answer != nullptr && !options.aggregate.empty()) {
        print_json(answer->at("aggregate"), options.json);
        return succeeded;
    }
    bool const for_people = !options.json && is_terminal(stdout);
    if (for_people && page.is_object()) {
        auto const& answer = page.get_object();
        fmt::print("{}", options.count_only ? total_text(answer) : page_text(answer, terminal_width(stdout)));
    } else {
        print_json(page, true);
    }
    return succeeded;
}

outcome watch_store(call_options const& options) {
    interrupt_guard const guard;
    MKDB_TRY_ASSIGN(auto client, connect(options, "R"));
    client.send({{"type", "subscribe"}, {"store", options.store}});
    while (!interrupted()) {
        auto next = client.next_message(std::chrono::milliseconds(interrupt_check_ms));
        if (!next) {
            return next.error();
        }
        if (!*next) {
            continue;
        }
        auto const type = text_member(**next, "type");
        if (type == "error") {
            return fail(errc::invalid_argument, std::string(text_member(**next, "error")));
        }
        if (type == "update") {
            (*next)->stable_erase("type");
            print_json(**next, true);
        }
    }
    return succeeded;
}

} // namespace mkdb::cli
