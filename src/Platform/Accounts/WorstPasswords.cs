using System.Collections.Frozen;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// The passwords of eight or more characters that are guessed first: the ones every published list of leaked
/// passwords has near its top. Case does not make one better.
/// </summary>
internal static class WorstPasswords
{
    private static readonly FrozenSet<string> Known =
        """
        password password1 password12 password123 password1234 password12345 password123456 passw0rd p@ssw0rd p@ssword pa$$word pa$$w0rd passwort passwort1
        12345678 123456789 1234567890 0123456789 0987654321 9876543210 987654321 87654321 11111111 111111111 1111111111 00000000 000000000 0000000000 22222222
        33333333 44444444 55555555 66666666 77777777 88888888 99999999 12341234 123123123 12312312 123321123 11223344 1122334455 112233445566 12121212
        13131313 69696969 21212121 10101010 01010101 20202020 19191919 147258369 159357456 14725836 789456123 741852963 963852741 123654789 1234qwer qwer1234
        1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 zaq12wsx zaq1zaq1 qazwsxedc qazwsx123 qwerty12 qwerty123
        qwerty1234 qwerty12345 qwertyui qwertyuiop qwertz123 qwertzuiop asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1 zxcvbnm123 1234abcd abcd1234 abc12345
        abc123456 abcdefgh abcdefghi abcdefg1 a1b2c3d4 a1b2c3d4e5 aa123456 a1234567 a12345678 a123456789 123456aa 12345678a 123456789a 1234567a 123456abc
        123456789q q123456789 iloveyou iloveyou1 lovelove princess princess1 sunshine sunshine1 football football1 baseball baseball1 basketball superman
        superman1 batman123 spiderman pokemon1 pokemon123 starwars starwars1 computer computer1 internet samsung1 samsung123 michelle jennifer jessica1
        charlie1 michael1 matthew1 welcome1 welcome12 welcome123 letmein1 letmein123 trustno1 whatever changeme changeme1 changeme123 admin123 admin1234
        admin12345 administrator test1234 test12345 testtest testing1 secret123 liverpool barcelona butterfly chocolate blink182 slipknot metallica nirvana1
        dragon123 hunter12 killer123 freedom1 maverick hello123 ab123456 abc123abc pass1234 pass12345 mypassword newpassword facebook linkedin minecraft
        minecraft1 p@55w0rd qweasdzxc qweqweqwe asdqwe123 zxcvbnm12 1111aaaa aaaaaaaa aaaaaaaaa 1password
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string password) => Known.Contains(password);
}
