#include "shared/base/filechunks.h"
#include "shared/qt/sha256.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;

class TestFileChunks : public QObject {
    Q_OBJECT
private slots:
    void onlyRegularFilesOpen();
    void limit_data();
    void limit();
    void theFirstErrorEnds();
    void hashesAgree();

private:
    std::string path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }
    std::string file(const char* name, qsizetype size) const {
        QFile made(m_folder.filePath(QString::fromLatin1(name)));
        const bool written = made.open(QIODevice::WriteOnly) && made.write(QByteArray(size, 'x')) == size;
        return written ? path(name) : std::string();
    }
    QTemporaryDir m_folder;
};

void TestFileChunks::onlyRegularFilesOpen() {
    const std::string target = file("plain", 1);
    QVERIFY(openRegular(target).has_value());
    QCOMPARE(openRegular(m_folder.path().toStdString()).error().kind, ErrorKind::Invalid);
    QCOMPARE(::mkfifo(path("fifo").c_str(), 0600), 0);
    QCOMPARE(openRegular(path("fifo")).error().kind, ErrorKind::Invalid); // and nobody waits for a writer
    QCOMPARE(::symlink(target.c_str(), path("link").c_str()), 0);
    QVERIFY(openRegular(path("link")).has_value());
    QVERIFY(!openRegular(path("link"), O_NOFOLLOW));
    QVERIFY(!openRegular(path("none")));
    const auto opened = openRegular(target);
    QVERIFY((::fcntl(opened->get(), F_GETFD) & FD_CLOEXEC) != 0);
}

void TestFileChunks::limit_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("good");
    QTest::newRow("empty") << 0 << true;
    QTest::newRow("at the limit") << 100000 << true;
    QTest::newRow("one past it") << 100001 << false;
    QTest::newRow("far past it") << 400000 << false;
}

void TestFileChunks::limit() {
    QFETCH(int, size);
    QFETCH(bool, good);
    const std::string name = file("sized", size);
    const auto content = readFile(name, 100000);
    const auto hash = sha256OfFile(name, 100000);
    QCOMPARE(content.has_value(), good);
    QCOMPARE(hash.has_value(), good);
    if (good) {
        QCOMPARE(content->size(), static_cast<std::size_t>(size));
        QCOMPARE(*hash, sha256Hex(*content));
    } else {
        QCOMPARE(content.error().kind, ErrorKind::Limit);
        QCOMPARE(hash.error().kind, ErrorKind::Limit);
    }
}

void TestFileChunks::theFirstErrorEnds() {
    const auto opened = openRegular(file("long", 1000000));
    int pieces = 0;
    const auto read = readChunks(*opened, "it", 1000000, [&](std::string_view) -> Result<void> {
        ++pieces;
        return fail(ErrorKind::System, "disk full");
    });
    QCOMPARE(read.error().text, std::string("disk full"));
    QCOMPARE(pieces, 1);
}

void TestFileChunks::hashesAgree() {
    // FIPS 180-4's example of three letters.
    QCOMPARE(sha256Hex("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    const auto opened = openRegular(file("some", 70000));
    QCOMPARE(*sha256OfOpen(*opened, "it", 70000), sha256Hex(std::string(70000, 'x')));
}

QTEST_GUILESS_MAIN(TestFileChunks)
#include "tst_filechunks.moc"
