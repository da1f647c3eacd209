#pragma once

#include <mkdb/clock/system.hpp>
#include <mkdb/protocol/frame.hpp>
#include <mkdb/protocol/frame_message.hpp>
#include <mkdb/protocol/handshake.hpp>
#include <mkdb/protocol/heartbeat.hpp>
#include <mkdb/protocol/message.hpp>
#include <mkdb/protocol/misdirected_http.hpp>
#include <mkdb/protocol/session_output.hpp>
#include <mkdb/service/arguments.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// One client of the socket plane, without a socket: bytes go in, bytes come out, time is told.
///
/// The transport calls it from one thread at a time. Answers, checked credentials and updates come from any thread;
/// when they leave something to do while the transport sleeps (its last `take_output` gave nothing), `wake` is called
/// once, on that thread, and the transport calls `resume` and `take_output` on its own.
class socket_session : public std::enable_shared_from_this<socket_session> {
public:
    socket_session(session_services services, session_options const& options, std::string address,
                   clock::monotonic_time now, std::function<void()> wake)
        : services_(services), options_(options), handshake_(std::move(address)),
          decoder_(options.frame_bytes_before_login), started_(now), now_(now), out_(options, std::move(wake)) {}

    /// Opens the conversation, unless the client turned out to speak HTTP.
    void greet() {
        if (phase_ == phase::greeting) {
            phase_ = phase::opening;
            out_.message(handshake::greeting(services_.access));
        }
    }

    void receive(std::string_view bytes, clock::monotonic_time now) {
        heartbeat_.heard();
        now_ = now;
        decode(bytes);
    }

    /// Goes on with what waited for credentials to be checked.
    void resume(clock::monotonic_time now) {
        now_ = now;
        if (auto const verified = take_verified(); verified) {
            step(handshake_.on_verified(*verified));
            decode({});
        }
    }

    void tick(clock::monotonic_time now) {
        if (phase_ != phase::ready) {
            if (now - started_ >= options_.recv_timeout) {
                out_.finish_with(error_message("The handshake took too long"));
            }
            return;
        }
        if (!wants_input()) {
            heartbeat_.heard(); // Its answer may have come: it is we who do not read.
        }
        switch (heartbeat_.tick(now, options_.heartbeat_interval)) {
        case heartbeat::verdict::quiet: return;
        case heartbeat::verdict::ping: return out_.message(ping_message);
        case heartbeat::verdict::dead: return out_.abandon();
        }
    }

    /// Takes no further requests, and says goodbye when those in flight are answered.
    void shut_down() { out_.stop(); }

    /// The client is gone: nothing is sent any more, subscriptions end.
    void close() {
        out_.abandon();
        subscriptions_.clear();
    }

    /// Swaps the bytes to send into `buffer`, the one of the last call, written by now. False: nothing for now.
    [[nodiscard]] bool take_output(std::string& buffer) { return out_.take(buffer); }

    /// Whether more bytes may be read: a client that does not take its answers, or whose credentials are being checked,
    /// waits.
    [[nodiscard]] bool wants_input() const { return phase_ != phase::verifying && out_.has_room(); }

    /// Nothing more will come: the connection closes when the output is written.
    [[nodiscard]] bool finished() const { return out_.finished(); }
    /// The connection closes at once, whatever was not written.
    [[nodiscard]] bool abandoned() const { return out_.abandoned(); }

private:
    enum class phase { greeting, opening, verifying, ready };

    // A request between its receipt and its response.
    struct pending {
        std::string id_json;
        service::action what = service::action::ping;
        std::string store;
        std::size_t bytes_in = 0;
        clock::monotonic_time started;
    };

    void decode(std::string_view bytes) {
        out_.keep_awake();
        decoder_.feed(bytes, [this](std::string_view frame) { return on_frame(frame); });
        if (decoder_.oversized()) {
            on_oversized();
        }
    }

    void on_oversized() {
        auto const new_here = phase_ == phase::greeting || phase_ == phase::opening;
        if (new_here && begins_http(decoder_.oversized_header()) && !out_.finished()) {
            phase_ = phase::opening;
            return out_.finish_raw(misdirected_http_response(options_.http_port));
        }
        greet();
        out_.finish_with(frame_too_large_message(*decoder_.oversized(), decoder_.limit()));
    }

    // True: the next frame may follow at once.
    [[nodiscard]] bool on_frame(std::string_view frame) {
        greet();
        if (!out_.open()) {
            return false;
        }
        auto message = read_frame_message(frame);
        if (message.refusal && (phase_ != phase::ready || message.refused_id_json.empty())) {
            out_.finish_with(error_message("A message must be a JSON object: " + message.refusal->message));
            return false;
        }
        if (phase_ != phase::ready) {
            step(handshake_.on_message(message.fields, services_.access));
            return phase_ != phase::verifying;
        }
        if (message.refusal) {
            refuse_request(std::move(message.refused_id_json), *message.refusal);
        } else {
            on_message(std::move(message.fields), frame.size());
        }
        return true;
    }

    void step(handshake_step next) {
        if (next.failed) {
            return out_.finish_with(next.message);
        }
        if (!next.message.empty()) {
            out_.message(next.message);
        }
        if (next.complete) {
            phase_ = phase::ready;
            decoder_.set_limit(options_.frame_bytes);
            heartbeat_.start(now_);
        } else if (next.verify) {
            phase_ = phase::verifying;
            verify(*std::move(next.verify));
        }
    }

    void verify(credentials pair) {
        services_.access.authenticate(
            std::move(pair.username), std::move(pair.password), handshake_.who().address,
            [self = shared_from_this()](result<std::string> username) { self->put_verified(std::move(username)); });
    }

    void put_verified(result<std::string> username) {
        out_.deliver_aloud([&] { verified_ = std::move(username); });
    }

    [[nodiscard]] std::optional<result<std::string>> take_verified() {
        return out_.locked([&] { return std::exchange(verified_, std::nullopt); });
    }

    void on_message(boost::json::object message, std::size_t bytes) {
        auto const* const type = message.if_contains("type");
        auto const name =
            type != nullptr && type->is_string() ? std::string_view(type->get_string()) : std::string_view();
        if (name == "request") {
            return on_request(std::move(message), bytes);
        }
        if (name == "pong") {
            return;
        }
        if (name == "subscribe") {
            return subscribe(message);
        }
        if (name == "unsubscribe") {
            return unsubscribe(message);
        }
        out_.message(error_message("Unknown message type: " + (type == nullptr ? "none" : document::to_json(*type))));
    }

    void on_request(boost::json::object message, std::size_t bytes) {
        auto const asked = receive_request(message, bytes);
        auto const* const name = message.if_contains("action");
        if (name == nullptr || !name->is_string() || name->get_string().empty()) {
            return complete(*asked, {fail(errc::invalid_argument, std::string(service::action_missing)), {}});
        }
        auto const what = service::action_named(name->get_string());
        if (!what) {
            return complete(*asked, {service::unknown_action(name->get_string()), {}});
        }
        asked->what = *what;
        services_.actions.handle({*what, std::move(message)}, handshake_.who(),
                                 [self = shared_from_this(), asked](service::answer answered) {
                                     self->complete(*asked, std::move(answered));
                                 });
    }

    [[nodiscard]] std::shared_ptr<pending> receive_request(boost::json::object const& message, std::size_t bytes) {
        auto asked = std::make_shared<pending>();
        asked->bytes_in = bytes + frame_header_bytes;
        asked->started = now_;
        if (auto const* const store = message.if_contains("store"); store != nullptr && store->is_string()) {
            asked->store = store->get_string();
        }
        if (auto const* const id = message.if_contains("id"); id != nullptr && !id->is_null()) {
            asked->id_json = document::to_json(*id);
            out_.begin(asked->id_json);
        } else {
            asked->id_json = "\"server-" + std::to_string(++generated_ids_) + '"';
            out_.begin({});
        }
        return asked;
    }

    void refuse_request(std::string id_json, error const& refusal) {
        out_.begin(id_json);
        complete({std::move(id_json), service::action::ping, {}, 0, now_}, {refusal, {}});
    }

    void complete(pending const& asked, service::answer answered) {
        out_.complete(asked.id_json, answered, [&](std::size_t bytes) {
            auto const failure = answered.data ? error() : answered.data.error();
            services_.metrics.on_request({service::plane::socket, asked.what, asked.store, handshake_.who().address,
                                          asked.bytes_in, bytes, clock::system().monotonic() - asked.started,
                                          answered.data ? nullptr : &failure});
        });
    }

    void subscribe(boost::json::object const& message) {
        for (auto const* const later : {"from_sequence", "filter", "with_record"}) {
            if (message.contains(later)) {
                return out_.message(
                    error_message(std::string("'") + later + "' is not supported in a subscription by this server"));
            }
        }
        auto const store = service::store_argument(message);
        if (!store) {
            return out_.message(error_message(store.error().message));
        }
        // The old one ends after the new one began: a change in between is told twice rather than not at all.
        auto const renewed = subscriptions_.extract(*store);
        auto handle = services_.actions.subscribe(
            *store, handshake_.who(), [&] { out_.message(store_message("subscribed", *store)); },
            [weak = weak_from_this(), name = *store](std::span<service::update const> updates) {
                if (auto const self = weak.lock()) {
                    self->publish(name, updates);
                }
            });
        if (!handle) {
            return out_.message(error_message(handle.error().message));
        }
        subscriptions_.emplace(*store, *std::move(handle));
    }

    void unsubscribe(boost::json::object const& message) {
        auto const store = service::store_argument(message);
        if (!store) {
            return out_.message(error_message(store.error().message));
        }
        subscriptions_.erase(*store);
        out_.message(store_message("unsubscribed", *store));
    }

    // Rights may have been taken away since the client subscribed.
    void publish(std::string const& store, std::span<service::update const> updates) {
        if (services_.access.may_read(handshake_.who(), store)) {
            out_.updates(store, updates);
        }
    }

    session_services services_;
    session_options const& options_;
    handshake handshake_;
    frame_decoder decoder_;
    heartbeat heartbeat_;
    phase phase_ = phase::greeting;
    clock::monotonic_time started_;
    clock::monotonic_time now_;
    std::map<std::string, service::subscription_handle> subscriptions_;
    std::uint64_t generated_ids_ = 0;
    session_output out_;
    std::optional<result<std::string>> verified_; // Passed on under the output's lock.
};

} // namespace mkdb::protocol
