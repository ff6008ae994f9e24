#pragma once

#include "service/gate/intercept/peerstream.h"
#include "service/gate/keeper/keepermessages.h"
#include "service/gate/keeper/launch.h"

#include <optional>
#include <string>
#include <vector>

namespace exeat::gate {

/** What lets a command into a room, and asks for what it starts there. */
struct RoomPass {
    UniqueFd init; ///< pidfd
    UniqueFd escalateSocket;
};

/**
 * One judged command outside, and the helper inside that stands for it: descriptors come in, signals are forwarded, the
 * exit is mirrored. The helper's death kills the command and what is below it. Lives in a keeper; never blocks.
 */
class OutsideCommand {
public:
    /** `room`: of StartOutside::sandbox. */
    OutsideCommand(StartOutside start, UniqueFd stream, std::vector<UniqueFd> pins, std::optional<RoomPass> room);

    int fd() const { return m_stream.fd(); }
    pid_t pid() const { return m_pid; }
    /** The helper is gone; its stream is not to be watched any more. */
    bool abandoned() const { return m_abandoned; }
    /** Set once it is over; nothing more will happen. */
    const std::optional<OutsideEnded>& ended() const { return m_ended; }

    /** Tells the helper that its command runs outside, unless it knows, so that it sends its descriptors. */
    void begin();
    void readable();
    /** `status` as waitpid(2) has it for pid(). */
    void changed(int status);

private:
    void fail(std::string refusal);
    void takeFrame(const std::string& payload);
    Result<void> takeSetup(const std::string& payload);
    Result<void> takeDescriptors(const std::string& payload);
    void start();
    void dropFolders();
    void placeEscalateSocket();
    int freeNumber(int from) const;
    /** The path that execve or a shell gets, after `binding`. */
    Result<std::string> programPath();
    /** By which names change nothing: checked again just before and at the exec. */
    const std::string& checkedPath() const;
    Result<void> checkJustBefore();
    Result<void> checkAtExec() const;
    Result<void> checkContent(const std::string& path) const;
    void refuse(const std::string& why);
    void forwardSignal(const std::string& payload);
    void finish(ExitStatus status);

    StartOutside m_start;
    PeerStream m_stream;
    std::vector<UniqueFd> m_pins; ///< until the checkpoint is passed
    UniqueFd m_escalateSocket;    ///< of a room
    LaunchPlan m_plan;
    bool m_hasSetup = false; ///< the helper's; in the older protocol it stays the default
    std::string m_refusal;
    pid_t m_pid = 0;
    bool m_abandoned = false;
    bool m_atCheckpoint = false; ///< started, traced, not yet let go
    std::optional<OutsideEnded> m_ended;
};

} // namespace exeat::gate
