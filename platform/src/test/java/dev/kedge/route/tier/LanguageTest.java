package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en | What is the best way to learn how to cook for my family?",
        "en | please cancel my order and send the money back",
        "de | Wie kann ich mein Passwort ändern und wo finde ich die Rechnung?",
        "de | Bitte schreiben Sie mir eine kurze Antwort auf diese Frage",
        "fr | Comment puis-je changer mon mot de passe et où sont les factures ?",
        "es | ¿Cómo puedo cambiar mi contraseña y dónde está la factura?",
        "it | Come posso cambiare la mia password e dove sono le fatture della società?",
        "pt | Como posso mudar a minha senha e onde está a fatura do mês?",
        "nl | Hoe kan ik mijn wachtwoord wijzigen en waar vind ik de factuur?",
        "sv | Hur kan jag ändra mitt lösenord och var är fakturan för den här månaden?",
        "da | Hvordan kan jeg ændre min adgangskode, og hvor er fakturaen for måneden?",
        "pl | Jak mogę zmienić hasło i gdzie jest faktura za ten miesiąc?",
        "cs | Jak si mohu změnit heslo a kde je faktura za tento měsíc? Není zde.",
        "tr | Şifremi nasıl değiştirebilirim ve fatura nerede? Bu çok önemli.",
        "ro | Cum îmi pot schimba parola și unde este factura din această lună?",
        "fi | Miten voin vaihtaa salasanan ja missä lasku on? Se ei ole täällä.",
        "hu | Hogyan tudom megváltoztatni a jelszót, és hol van az e havi számla?",
        "id | Bagaimana saya bisa mengubah kata sandi dan di mana tagihan untuk bulan ini?",
        "ru | Как мне изменить пароль и где мой счёт?",
        "uk | Як мені змінити пароль і де мій рахунок?",
        "bg | Къде мога да намеря фактурата за този месец?",
        "el | Πώς μπορώ να αλλάξω τον κωδικό μου;",
        "he | איך אני משנה את הסיסמה שלי?",
        "ar | كيف يمكنني تغيير كلمة المرور؟",
        "fa | چگونه می‌توانم رمز عبور خود را تغییر دهم؟",
        "hi | मैं अपना पासवर्ड कैसे बदलूँ?",
        "th | ฉันจะเปลี่ยนรหัสผ่านได้อย่างไร",
        "zh | 我怎么修改密码？",
        "ja | パスワードを変更するにはどうすればいいですか？",
        "ko | 비밀번호를 어떻게 변경하나요?",
      })
  void isGuessedFromASentence(String code, String sentence) {
    assertThat(Language.guess(sentence)).contains(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "OK", "x = 3 + y; f(x)", "42", "Berlin", "\ud83d\ude00"})
  void isNotGuessedWhereNothingTells(String text) {
    assertThat(Language.guess(text)).isEmpty();
  }

  @Test
  void ofAHugeTextOnlyTheBeginningIsRead() {
    String text = "the cat and the dog are in the house ".repeat(200) + "я".repeat(5_000_000);
    assertThat(Language.guess(text)).contains("en");
  }
}
