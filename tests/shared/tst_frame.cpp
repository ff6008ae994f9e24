#include "shared/wire/frame.h"

#include <QtTest>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace exeat;
using wire::FdChannel;
using wire::FrameReader;

namespace {

/** Two channels on one socket pair. */
struct Ends {
    FdChannel a;
    FdChannel b;
};

Ends makeEnds(std::size_t limit = limits::frameBytes) {
    auto sockets = makeSocketPair(SOCK_STREAM);
    if (!sockets || !setNonBlocking(sockets->ours) || !setNonBlocking(sockets->theirs))
        qFatal("no socket pair");
    return {FdChannel(std::move(sockets->ours), limit), FdChannel(std::move(sockets->theirs), limit)};
}

} // namespace

class FrameTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        rlimit limit{};
        QVERIFY(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
        limit.rlim_cur = limit.rlim_max;
        QVERIFY(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    }

    void layout() { QCOMPARE(wire::frame("ab"), std::string("\x02\0\0\0ab", 6)); }

    void byteByByte() {
        FrameReader reader;
        const std::string bytes = wire::frame("one") + wire::frame("") + wire::frame(std::string("\0\xFF", 2));
        std::vector<std::string> frames;
        for (const char byte : bytes) {
            reader.feed({&byte, 1});
            auto frame = reader.take();
            QVERIFY(frame);
            if (*frame)
                frames.push_back(**frame);
        }
        QCOMPARE(frames, (std::vector<std::string>{"one", "", std::string("\0\xFF", 2)}));
        QVERIFY(!reader.holdsPart());
    }

    void limitAndOnePast() {
        FrameReader at(10);
        at.feed(wire::frame(std::string(10, 'x')));
        QCOMPARE(at.take().value().value_or("").size(), std::size_t{10});
        FrameReader past(10);
        past.feed(wire::frame(std::string(11, 'x')).substr(0, 4)); // refused before its bytes arrive
        QVERIFY(!past.take());
        past.feed(wire::frame("good"));
        QVERIFY(!past.take());
    }

    void partIsHeld() {
        FrameReader reader;
        reader.feed(wire::frame("abc").substr(0, 5));
        QVERIFY(!reader.take().value());
        QVERIFY(reader.holdsPart());
    }

    void manyFrames() {
        FrameReader reader;
        std::string bytes;
        for (int i = 0; i < 50'000; ++i)
            bytes += wire::frame(std::to_string(i));
        reader.feed(bytes);
        for (int i = 0; i < 50'000; ++i)
            QCOMPARE(reader.take().value().value_or("none"), std::to_string(i));
    }

    void descriptorsArriveWithTheirFrame() {
        auto ends = makeEnds();
        auto pipe = makePipe();
        std::vector<UniqueFd> fds;
        fds.push_back(std::move(pipe->write));
        ends.a.send("with", std::move(fds));
        ends.a.send("without");
        QVERIFY(ends.a.wantsToWrite());
        QVERIFY(ends.a.flush());
        QCOMPARE(ends.a.queuedBytes(), std::size_t{0});
        QVERIFY(ends.b.receive());
        QCOMPARE(ends.b.take().value().value_or(""), std::string("with"));
        QCOMPARE(ends.b.heldFds(), std::size_t{1});
        const auto fd = ends.b.takeFd();
        QVERIFY(fd && (::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
        QVERIFY(writeAll(fd->get(), "x"));
        char byte = 0;
        QCOMPARE(::read(pipe->read.get(), &byte, 1), ssize_t{1});
        QCOMPARE(ends.b.take().value().value_or(""), std::string("without"));
        QVERIFY(!ends.b.takeFd());
    }

    void aFullSocketQueues() {
        auto ends = makeEnds();
        const std::string big(std::size_t{4} << 20, 'x');
        ends.a.send(big);
        QVERIFY(ends.a.flush());
        QVERIFY(ends.a.queuedBytes() > 0);
        std::optional<std::string> got;
        for (int i = 0; i < 100'000 && !got; ++i) {
            QVERIFY(ends.b.receive());
            QVERIFY(ends.a.flush());
            got = ends.b.take().value();
        }
        QVERIFY(got == big);
    }

    void aGonePeerIsUnavailable() {
        auto ends = makeEnds();
        ends.a.send("last");
        QVERIFY(ends.a.flush());
        {
            const FdChannel gone = std::move(ends.a);
        }
        const auto received = ends.b.receive();
        QVERIFY(!received);
        QCOMPARE(received.error().kind, ErrorKind::Unavailable);
        QCOMPARE(ends.b.take().value().value_or(""), std::string("last")); // what came before still counts
        ends.b.send("x");
        QCOMPARE(ends.b.flush().error().kind, ErrorKind::Unavailable);
    }

    void tooManyDescriptorsAreRefused() {
        auto ends = makeEnds();
        std::size_t sent = 0;
        bool refused = false;
        while (!refused && sent <= limits::inheritedFds + limits::fdsPerMessage) {
            std::vector<UniqueFd> fds;
            for (std::size_t i = 0; i < limits::fdsPerMessage; ++i)
                fds.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            sent += fds.size();
            ends.a.send("f", std::move(fds));
            QVERIFY(ends.a.flush());
            refused = !ends.b.receive();
            QCOMPARE(refused, sent > limits::inheritedFds);
        }
        QVERIFY(refused);
    }
};

QTEST_APPLESS_MAIN(FrameTest)
#include "tst_frame.moc"
