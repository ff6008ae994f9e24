#include "service/history/secretmask.h"

#include "shared/base/paths.h"

#include <QByteArrayView>
#include <QRegularExpression>
#include <QString>

#include <algorithm>
#include <array>
#include <span>

namespace exeat {
namespace {

constexpr std::string_view mask = "***";

/** What "s" captures is the secret. Without lookbehind of unknown length, without nested repetition: linear on any
 *  input. */
constexpr std::array patterns = {
    // --password=x, --api-key=x, and assignments as in scripts: export GITHUB_TOKEN=x, password: x
    R"((?i)(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|apikey|access[-_]?key|auth[-_]?key|private[-_]?key|credentials?|client[-_]?secret)["']?\s{0,4}[=:]\s{0,4}["']?(?<s>[^\s"'&;|]{1,4096}))",
    // --password x inside a script
    R"((?i)--(?:[a-z0-9]{1,32}-){0,4}(?:password|passwd|passphrase|secret|token|api-key|access-key)\s{1,4}["']?(?<s>[^\s"'&;|-][^\s"'&;|]{0,4096}))",
    // Authorization: Bearer x; X-Api-Key: x; Cookie: x
    R"((?i)(?:proxy-)?authorization\s{0,4}:\s{0,4}(?:(?:bearer|basic|token|digest|apikey)\s{1,4})?(?<s>[^\s"']{1,4096}))",
    // A header that is a word of its own or opens a quote: `|`, `&` and `;` are part of its value, but nothing that a
    // shell could still do something with. An agent writes the script, and must not have the rest of it masked away.
    R"((?i)(?:^|(?<=["']))(?:x-[a-z-]{0,32}(?:key|token)|(?:set-)?cookie)[ \t]{0,4}:[ \t]{0,4}(?<s>(?:[^\s"';|&<>$`(){}]++|[|&;](?=[^\s"';|&<>$`(){}]))++(?:;[ \t]{1,4}[^\s"';|&=<>$`(){}]{1,256}=(?:[^\s"';|&<>$`(){}]++|[|&;](?=[^\s"';|&<>$`(){}]))*+)*+))",
    // Anywhere else: a word, and pairs `; name=value`.
    R"((?i)(?:x-[a-z-]{0,32}(?:key|token)|(?:set-)?cookie)[ \t]{0,4}:[ \t]{0,4}(?<s>[^\s"';|&<>$`(){}]{1,4096}(?:;[ \t]{0,4}[^\s"';|&=<>$`(){}]{1,256}=[^\s"';|&<>$`(){}]{0,4096}){0,64}))",
    R"((?i)\bbearer\s{1,4}(?<s>[a-z0-9._~+/=-]{8,4096}))",
    // user:pass@host
    R"([a-zA-Z][a-zA-Z0-9+.-]{0,32}://[^\s/@:"']{0,256}:(?<s>[^\s/@"']{1,512})@)",
    // Well-known shapes
    R"((?<![A-Za-z0-9])(?<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9]))",
    R"((?<![A-Za-z0-9])(?<s>gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{20,255}))",
    R"((?<![A-Za-z0-9])(?<s>gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{16,255}))",
    R"((?<![A-Za-z0-9])(?<s>xox[abeprs]-[A-Za-z0-9-]{10,255}))",
    R"((?<![A-Za-z0-9])(?<s>sk-[A-Za-z0-9_-]{16,512}|sk_(?:live|test)_[A-Za-z0-9]{10,255}))",
    R"((?<![A-Za-z0-9])(?<s>npm_[A-Za-z0-9]{20,255}|pypi-[A-Za-z0-9_-]{16,512}|AIza[A-Za-z0-9_-]{30,64}|ya29\.[A-Za-z0-9._-]{10,512}))",
    R"((?<![A-Za-z0-9])(?<s>eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,4096}\.[A-Za-z0-9_-]{0,4096}))",
    R"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?<s>[A-Za-z0-9+/=\s\\:,.-]{1,16384}?)-----END)",
};

/** In lower case; every pattern above needs one of them. Most words have none, and then cost little. */
constexpr std::string_view hints[] = {"pass",        "secret", "token", "key",       "cred", "authorization", "cookie",
                                      "bearer",      "://",    "akia",  "asia",      "abia", "acca",          "gh",
                                      "github_pat_", "gl",     "xox",   "sk-",       "sk_",  "npm_",          "pypi-",
                                      "aiza",        "ya29",   "eyj",   "-----begin"};

bool mayHoldSecret(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::ranges::any_of(hints, [&](std::string_view hint) { return lower.find(hint) != std::string::npos; });
}

/** Options whose value is the next word, or is joined to it. No program: of every program. */
struct SecretOption {
    std::string_view program;
    std::string_view option;
    bool joined = false; ///< -pSECRET
};
constexpr SecretOption secretOptions[] = {
    {"", "--password"},
    {"", "--passwd"},
    {"", "--passphrase"},
    {"", "--token"},
    {"", "--secret"},
    {"", "--api-key"},
    {"", "--apikey"},
    {"", "--access-token"},
    {"", "--auth-token"},
    {"", "--access-key"},
    {"", "--secret-key"},
    {"", "--client-secret"},
    {"", "--private-key"},
    {"", "--http-password"},
    {"", "--ftp-password"},
    {"", "--proxy-password"},
    {"", "--with-token"},
    {"", "--pass"},
    {"", "--bearer"},
    {"", "--oauth2-bearer"},
    {"curl", "-u"},
    {"curl", "--user"},
    {"curl", "-U"},
    {"curl", "--proxy-user"},
    {"curl", "-b"},
    {"curl", "--cookie"},
    {"sshpass", "-p"},
    {"sshpass", "-p", true},
    {"mysql", "-p", true},
    {"mysqldump", "-p", true},
    {"mysqladmin", "-p", true},
    {"mariadb", "-p", true},
    {"mariadb-dump", "-p", true},
    {"redis-cli", "-a"},
    {"mongo", "-p"},
    {"mongosh", "-p"},
    {"ldapsearch", "-w"},
    {"smbclient", "-U"},
    {"docker", "-p"},
    {"podman", "-p"},
    {"7z", "-p", true},
    {"zip", "-P"},
    {"unzip", "-P"},
    {"openssl", "-passin"},
    {"openssl", "-passout"},
    {"openssl", "-k"},
    {"htpasswd", "-b"},
};

const std::vector<QRegularExpression>& expressions() {
    static const std::vector<QRegularExpression> compiled = [] {
        std::vector<QRegularExpression> list;
        for (const char* pattern : patterns) {
            list.emplace_back(QString::fromLatin1(pattern));
            list.back().optimize();
        }
        return list;
    }();
    return compiled;
}

/** The bytes travel as Latin-1, so each comes back as it was. */
void maskMatches(QString& text, const QRegularExpression& expression) {
    qsizetype from = 0;
    const QString replacement = QString::fromLatin1(mask.data(), static_cast<qsizetype>(mask.size()));
    for (;;) {
        const QRegularExpressionMatch match = expression.match(text, from);
        if (!match.hasMatch())
            return;
        const qsizetype start = match.capturedStart(QStringLiteral("s"));
        const qsizetype length = match.capturedLength(QStringLiteral("s"));
        if (start < 0)
            return;
        text.replace(start, length, replacement);
        from = start + replacement.size();
    }
}

enum class NextWord { Plain, Secret };

/** Masks a joined value in place; says whether the next word is a secret. */
NextWord applyOptions(std::string_view program, std::string& word) {
    for (const SecretOption& row : secretOptions) {
        if (!row.program.empty() && row.program != program)
            continue;
        if (!row.joined && word == row.option)
            return NextWord::Secret;
        if (row.joined && word.size() > row.option.size() && word.starts_with(row.option)) {
            word = std::string(row.option) + std::string(mask);
            return NextWord::Plain;
        }
    }
    return NextWord::Plain;
}

} // namespace

std::string maskSecrets(std::string_view text) {
    if (!mayHoldSecret(text))
        return std::string(text);
    QString units = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
    for (const QRegularExpression& expression : expressions())
        maskMatches(units, expression);
    return units.toLatin1().toStdString();
}

std::vector<std::string> maskSecrets(const std::vector<std::string>& argv) {
    std::vector<std::string> masked;
    masked.reserve(argv.size());
    const std::string_view program = argv.empty() ? std::string_view() : baseName(argv.front());
    NextWord next = NextWord::Plain;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        if (next == NextWord::Secret) {
            masked.emplace_back(mask);
            next = NextWord::Plain;
            continue;
        }
        std::string word = maskSecrets(argv[i]);
        if (i > 0)
            next = applyOptions(program, word);
        masked.push_back(std::move(word));
    }
    return masked;
}

std::vector<std::string> namesOnly(const std::vector<std::string>& environment) {
    std::vector<std::string> names;
    names.reserve(environment.size());
    for (const std::string& entry : environment)
        names.push_back(entry.substr(0, entry.find('=')));
    return names;
}

} // namespace exeat
