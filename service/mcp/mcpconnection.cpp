#include "service/mcp/mcpconnection.h"

#include "service/mcp/nextround.h"
#include "service/mcp/sandboxstate.h"
#include "service/mcp/shellstoptool.h"
#include "service/mcp/shelltool.h"
#include "service/mcp/shellwaittool.h"
#include "shared/base/limits.h"

namespace exeat::mcp {
namespace {

std::unexpected<RpcError> refuse(RpcCode code, std::string text) {
    return std::unexpected(RpcError{code, std::move(text), nullptr});
}

} // namespace

struct McpConnection::Batch {
    std::size_t missing = 0;
    Json answers = Json::array();
};

McpConnection::McpConnection(McpServices& services, const SessionId& session, std::string workdir, QObject* parent)
    : QObject(parent), m_link{services, session, std::move(workdir), m_answers, m_elicitations, m_followers, {}},
      m_answers(services, session),
      m_elicitations(
          services, m_answers, [this](const Json& message) { send(message); },
          [this](const RunId& run) { return m_followers.any(run) ? CallPresence::Waiting : CallPresence::Gone; }) {}

McpConnection::~McpConnection() {
    // Before the members they use: children of QObject would be deleted after them.
    for (auto& [id, unanswered] : m_unanswered)
        delete unanswered.call;
}

void McpConnection::receive(std::string_view line) {
    ParsedLine parsed = parseLine(line);
    if (!parsed.batch) {
        handle(std::move(parsed.messages.front()), nullptr);
        return;
    }
    if (!m_legacy || m_legacy->revision != Revision::R2025_03_26) {
        send(errorMessage(std::nullopt,
                          {RpcCode::InvalidRequest, "arrays of messages belong to revision 2025-03-26", nullptr}));
        return;
    }
    const auto batch = std::make_shared<Batch>();
    for (const Message& message : parsed.messages)
        batch->missing += std::holds_alternative<Request>(message) ? 1U : 0U;
    for (Message& message : parsed.messages)
        handle(std::move(message), batch);
}

void McpConnection::resumeLegacy(std::string_view initializeParams) {
    if (const auto params = parseJson(initializeParams); params && params->is_object() && !params->empty())
        (void)initialize(*params);
}

void McpConnection::handle(Message message, const std::shared_ptr<Batch>& batch) {
    if (const auto* request = std::get_if<Request>(&message))
        handleRequest(*request, batch);
    else if (const auto* notification = std::get_if<Notification>(&message))
        handleNotification(*notification);
    else if (const auto* response = std::get_if<Response>(&message))
        m_elicitations.take(*response);
    else if (const auto* invalid = std::get_if<Invalid>(&message))
        send(errorMessage(invalid->id, invalid->error));
}

void McpConnection::handleRequest(const Request& request, const std::shared_ptr<Batch>& batch) {
    if (m_unanswered.contains(request.id)) {
        send(
            errorMessage(request.id, {RpcCode::InvalidRequest, "a request with this id is not answered yet", nullptr}));
        return;
    }
    m_unanswered[request.id] = {nullptr, batch};
    if (m_unanswered.size() > limits::requestsPerConnection) {
        answer(request.id, errorMessage(request.id, {RpcCode::Internal,
                                                     "too many unanswered requests; wait for some of them", nullptr}));
        return;
    }
    const auto context = contextOf(request);
    if (!context) {
        answer(request.id, errorMessage(request.id, context.error()));
        return;
    }
    if (request.method == "tools/call") {
        callTool(request, *context);
        return;
    }
    auto result = answerNow(request, *context);
    answer(request.id,
           result ? resultMessage(request.id, std::move(*result)) : errorMessage(request.id, result.error()));
}

std::expected<CallContext, RpcError> McpConnection::contextOf(const Request& request) {
    auto modern = readModernContext(request.params);
    if (!modern)
        return std::unexpected(modern.error());
    if (*modern) {
        introduce((*modern)->client);
        return std::move(**modern);
    }
    if (request.method == "server/discover")
        return refuse(RpcCode::InvalidParams, "_meta needs \"io.modelcontextprotocol/protocolVersion\" and "
                                              "\"io.modelcontextprotocol/clientCapabilities\"");
    if (m_legacy)
        return *m_legacy;
    if (request.method == "initialize" || request.method == "ping")
        return CallContext{};
    return refuse(RpcCode::InvalidRequest, "send \"initialize\" first, or the _meta of 2026-07-28 with each request");
}

std::expected<Json, RpcError> McpConnection::answerNow(const Request& request, const CallContext& context) {
    const std::string& method = request.method;
    const bool modern = isModern(context.revision);
    if (method == "tools/list")
        return listTools(request.params, context.revision);
    if (modern && method == "server/discover")
        return finishCacheableResult({{"supportedVersions", modernVersions()},
                                      {"capabilities", serverCapabilities()},
                                      {"instructions", instructions()}},
                                     context.revision);
    if (!modern && method == "initialize")
        return initialize(request.params);
    if (!modern && method == "ping")
        return Json::object();
    if (!modern && method == "codex/sandbox-state/update")
        return updateSandbox(request.params);
    return refuse(RpcCode::MethodNotFound, "this server has no such method");
}

std::expected<Json, RpcError> McpConnection::initialize(const Json& params) {
    const auto asked = stringMember(params, "protocolVersion");
    if (!asked)
        return refuse(RpcCode::InvalidParams, "\"protocolVersion\" must be a string");
    const CallContext context{agreeLegacy(*asked),
                              describeClient(member(params, "capabilities"), member(params, "clientInfo"))};
    m_legacy = context;
    introduce(context.client);
    return Json{{"protocolVersion", revisionName(context.revision)},
                {"capabilities", serverCapabilities()},
                {"serverInfo", serverInfo()},
                {"instructions", instructions()}};
}

std::expected<Json, RpcError> McpConnection::listTools(const Json& params, Revision revision) const {
    const Json* cursor = member(params, "cursor");
    if (cursor != nullptr && !cursor->is_null())
        return refuse(RpcCode::InvalidParams, "unknown cursor: the list has one page");
    return finishCacheableResult({{"tools", toolList(revision)}}, revision);
}

std::expected<Json, RpcError> McpConnection::updateSandbox(const Json& params) {
    auto sandbox = parseSandboxUpdate(params, m_link.workdir);
    if (!sandbox)
        return std::unexpected(RpcError{RpcCode::InvalidParams, sandbox.error().text, params});
    m_link.sandbox = std::move(*sandbox);
    return Json::object();
}

std::expected<FollowPlan, ToolReply> McpConnection::planCall(const Request& request, const CallContext& context) {
    const auto name = stringMember(request.params, "name");
    const Json* given = member(request.params, "arguments");
    const Json arguments = given != nullptr && !given->is_null() ? *given : Json::object();
    const auto refused = [](std::string text) {
        return std::unexpected(ToolReply(RpcError{RpcCode::InvalidParams, std::move(text), nullptr}));
    };
    if (!name || !arguments.is_object())
        return refused("tools/call needs a string \"name\" and an object \"arguments\"");
    const bool isKnown = *name == "shell" || *name == "shell_wait" || *name == "shell_stop";
    if (!isKnown)
        return refused("unknown tool; there are shell, shell_wait and shell_stop");
    std::string digest = digestOfCall(*name, arguments);
    if (isModern(context.revision) && request.params.contains("requestState")) {
        auto next = planNextRound(m_link, request.params, digest, context);
        if (!next)
            return std::unexpected(ToolReply(next.error()));
        return std::move(*next);
    }
    auto plan = *name == "shell"        ? planShell(m_link, arguments, request.params)
                : *name == "shell_wait" ? planShellWait(m_link, arguments)
                                        : planShellStop(m_link, arguments);
    if (plan)
        plan->callDigest = std::move(digest);
    return plan;
}

void McpConnection::callTool(const Request& request, const CallContext& context) {
    auto plan = planCall(request, context);
    if (!plan) {
        answerCall(request.id, context.revision, std::move(plan.error()));
        return;
    }
    auto progress =
        std::make_unique<Progress>(request.params, context.revision, [this](const Json& message) { send(message); });
    m_unanswered[request.id].call = new ToolCall(
        m_link, std::move(*plan), context, std::move(progress),
        [this, id = request.id, revision = context.revision](ToolReply reply) {
            answerCall(id, revision, std::move(reply));
        },
        this);
}

void McpConnection::answerCall(const RequestId& id, Revision revision, ToolReply reply) {
    if (auto* error = std::get_if<RpcError>(&reply))
        answer(id, errorMessage(id, *error));
    else if (auto* input = std::get_if<InputRequired>(&reply))
        answer(id, resultMessage(id, finishInputRequired(std::move(*input))));
    else if (auto* result = std::get_if<ToolResult>(&reply))
        answer(id, resultMessage(id, finishToolResult(std::move(*result), revision)));
}

void McpConnection::handleNotification(const Notification& notification) {
    if (notification.method != "notifications/cancelled")
        return;
    const Json* raw = member(notification.params, "requestId");
    const auto id = raw != nullptr ? readRequestId(*raw) : std::nullopt;
    const auto found = id ? m_unanswered.find(*id) : m_unanswered.end();
    if (found == m_unanswered.end() || found->second.call == nullptr)
        return;
    const Unanswered cancelled = std::move(found->second);
    m_unanswered.erase(found);
    cancelled.call->cancel();
    if (cancelled.batch && --cancelled.batch->missing == 0 && !cancelled.batch->answers.empty())
        send(cancelled.batch->answers);
}

void McpConnection::answer(const RequestId& id, Json message) {
    const auto found = m_unanswered.find(id);
    if (found == m_unanswered.end())
        return;
    const std::shared_ptr<Batch> batch = std::move(found->second.batch);
    m_unanswered.erase(found);
    if (!batch) {
        send(message);
        return;
    }
    batch->answers.push_back(std::move(message));
    if (--batch->missing == 0)
        send(batch->answers);
}

void McpConnection::send(const Json& message) {
    emit lineReady(QByteArray::fromStdString(printJson(message)));
}

void McpConnection::introduce(const ClientDescription& client) {
    if (m_introduced || client.name.empty())
        return;
    m_introduced = true;
    m_link.services.sessions.setClient(m_link.session, client.name, client.version);
}

} // namespace exeat::mcp
