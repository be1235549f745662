//! What the pool asks for on the way in: one screen for each challenge.

use std::future::Future;
use std::pin::Pin;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::super::auth::{AuthPage, Check, Layout, focus, known_email};
use super::super::confirm::{RESEND_AFTER_LIMIT_S, RESEND_AFTER_S, resend_button};
use super::Again;
use super::factors::{Way, ways};
use crate::components::AuthenticatorKey;
use crate::components::form::{
    CodeField, Cooldown, Field, FormFrame, FormNotice, PasswordField, Problem, Problems,
    Submission, TextField, use_cooldown, use_problems, use_submission, validate_password,
};
use crate::session::{
    Challenge, Error, ErrorKind, MfaKind, PasskeyError, Password, Session, SignIn, use_session,
};
use crate::text::auth::{self, Form};
use crate::text::{sign_in as text, use_language};

#[derive(Clone, Properties, PartialEq)]
pub(super) struct ChallengeProps {
    /// Whom it is for: what the person signs in with.
    pub username: String,
    pub challenge: Challenge,
    /// Where to go after signing in.
    pub next: Option<String>,
    /// The pool asks for something more.
    pub on_challenge: Callback<(String, Challenge)>,
    pub on_again: Callback<Again>,
}

/// What a sign-in comes to once it is answered.
type Answer = Pin<Box<dyn Future<Output = Result<SignIn, PasskeyError>>>>;

/// An answer that a user pool gives without a passkey.
fn plain(answer: impl Future<Output = Result<SignIn, Error>> + 'static) -> Answer {
    Box::pin(async move { Ok(answer.await?) })
}

/// A screen: what it stands on, and what it does with answers.
#[derive(Clone)]
struct Screen {
    session: Session,
    problems: Problems,
    props: ChallengeProps,
}

impl Screen {
    /// What the words about failures depend on.
    fn form(&self) -> Form {
        match self.props.challenge {
            Challenge::SmsMfa(_) | Challenge::EmailOtp(_) | Challenge::SmsOtp(_) => Form::SentCode,
            Challenge::SoftwareTokenMfa(_) | Challenge::SoftwareTokenSetup(_) => Form::AppCode,
            Challenge::Custom(_) => Form::Answer,
            _ => Form::SignIn,
        }
    }

    /// Back to the form, which tells why.
    fn start_again(&self, problem: Option<Problem>) {
        self.props.on_again.emit(Again {
            email: self.props.username.clone(),
            problem,
        });
    }

    /// What was typed into a field; nothing and a problem if it cannot be taken.
    fn taken(&self, field: Field) -> Option<String> {
        let mut check = Check::default();
        let value = field.validate(&self.problems.refs().value(field));
        let value = check.take(field, value);
        check.show(&self.problems);
        value
    }

    fn password(&self) -> Option<Password> {
        let mut check = Check::default();
        let typed = self.problems.refs().value(Field::Password);
        let password = check.take(Field::Password, validate_password(typed));
        check.show(&self.problems);
        password
    }

    /// The answer that the form holds; `way` is what was chosen where there is a choice.
    fn answer(&self, way: Option<Way>) -> Option<Answer> {
        let session = self.session.clone();
        Some(match (&self.props.challenge, way) {
            (Challenge::SmsMfa(it) | Challenge::EmailOtp(it) | Challenge::SmsOtp(it), _) => {
                let (it, code) = (it.clone(), self.taken(Field::OneTimeCode)?);
                plain(async move { session.answer_code(&it, &code).await })
            }
            (Challenge::SoftwareTokenMfa(it), _) => {
                let (it, code) = (it.clone(), self.taken(Field::OneTimeCode)?);
                plain(async move { session.answer_software_token(&it, &code).await })
            }
            (Challenge::SoftwareTokenSetup(it), _) => {
                let (it, code) = (it.clone(), self.taken(Field::OneTimeCode)?);
                let name = self.problems.refs().value(Field::AppName);
                plain(async move {
                    let name = Some(name.trim()).filter(|name| !name.is_empty());
                    session.verify_new_software_token(&it, &code, name).await
                })
            }
            (Challenge::SelectMfaType(it), Some(Way::Mfa(kind))) => {
                let it = it.clone();
                plain(async move { session.select_mfa(&it, &kind).await })
            }
            (Challenge::MfaSetup(it), Some(Way::Mfa(MfaKind::Email))) => {
                let (it, email) = (it.clone(), self.taken(Field::Email)?);
                plain(async move { session.set_up_email(&it, &email).await })
            }
            (Challenge::MfaSetup(it), Some(Way::Mfa(MfaKind::Sms))) => {
                let (it, phone) = (it.clone(), self.taken(Field::PHONE)?);
                plain(async move { session.set_up_sms(&it, &phone).await })
            }
            (Challenge::MfaSetup(it), Some(_)) => {
                let it = it.clone();
                plain(async move { session.set_up_software_token(&it).await })
            }
            (Challenge::SelectChallenge(it), Some(Way::Password)) => {
                let (it, password) = (it.clone(), self.password()?);
                plain(async move { session.select_password(&it, password).await })
            }
            (Challenge::SelectChallenge(it), Some(Way::Factor(factor))) => {
                let it = it.clone();
                plain(async move { session.select_first_factor(&it, factor).await })
            }
            (Challenge::Password(it), _) => {
                let (it, password) = (it.clone(), self.password()?);
                plain(async move { session.answer_password(&it, password).await })
            }
            (Challenge::WebAuthn(it), _) => {
                self.problems.clear();
                let it = it.clone();
                Box::pin(async move { session.answer_passkey(&it).await })
            }
            (Challenge::Custom(it), _) => {
                let (it, answer) = (it.clone(), self.taken(Field::Answer)?);
                plain(async move { session.answer_custom(&it, &answer).await })
            }
            // `is_answerable` keeps what has no way from getting a screen.
            _ => return None,
        })
    }

    /// Sends an answer, unless something is under way.
    fn send(&self, submission: &Submission, answer: Answer) {
        let screen = self.clone();
        submission.start(|| async move {
            let outcome = answer.await;
            screen.settle(outcome);
        });
    }

    /// Takes up what an answer has come to.
    fn settle(&self, outcome: Result<SignIn, PasskeyError>) {
        match outcome {
            // The page goes on by itself.
            Ok(SignIn::SignedIn) => {}
            Ok(SignIn::Challenge(challenge)) => {
                match self.props.challenge.is_repeated_by(&challenge) {
                    true => self.problems.show(vec![Problem::WrongAnswer]),
                    false => self.problems.clear(),
                }
                let username = self.props.username.clone();
                self.props.on_challenge.emit((username, challenge));
            }
            Err(PasskeyError::Pool(error)) => self.fail(error),
            Err(error) => self.problems.show(vec![Problem::Passkey(error)]),
        }
    }

    fn fail(&self, error: Error) {
        let refused = matches!(
            error.kind,
            ErrorKind::WrongCredentials | ErrorKind::NotAuthorized
        );
        match (&self.props.challenge, refused) {
            _ if error.kind == ErrorKind::ChallengeSessionExpired => {
                self.start_again(Some(Problem::Pool(Form::SignIn, error)));
            }
            // Refused answers end these.
            (Challenge::Custom(_), true) => {
                self.start_again(Some(Problem::Pool(Form::Answer, error)));
            }
            (Challenge::WebAuthn(_), true) => {
                self.start_again(Some(Problem::Passkey(PasskeyError::Pool(error))));
            }
            _ => self.problems.show_error(self.form(), &error),
        }
    }

    /// Asks for another code.
    fn resend(&self, resending: &Submission, cooldown: &Cooldown, resent: &UseStateSetter<bool>) {
        if cooldown.left_s() > 0 {
            return;
        }
        let (screen, cooldown, resent) = (self.clone(), cooldown.clone(), resent.clone());
        resending.start(|| async move {
            match screen.session.resend_challenge().await {
                Ok(step) => {
                    cooldown.start(RESEND_AFTER_S);
                    resent.set(true);
                    screen.settle(Ok(step));
                }
                Err(error) if error.kind == ErrorKind::LimitExceeded => {
                    cooldown.start(RESEND_AFTER_LIMIT_S);
                    screen.problems.show_error(Form::Resend, &error);
                }
                // The sign-in that the code belongs to cannot be begun any more.
                Err(error) if error.kind == ErrorKind::WrongCredentials => {
                    screen.start_again(Some(Problem::Pool(Form::SignIn, error)));
                }
                Err(error) => screen.fail(error),
            }
        });
    }
}

impl Challenge {
    /// Whether `next` is the same question of a trigger: the answer was wrong, and there is another try.
    fn is_repeated_by(&self, next: &Self) -> bool {
        match (self, next) {
            (Self::Custom(before), Self::Custom(after)) => match before.parameter("question") {
                // What else there is may change with each try.
                Some(question) => after.parameter("question") == Some(question),
                None => before.parameters == after.parameters,
            },
            _ => false,
        }
    }
}

/// The screen of a challenge other than a new password.
#[component]
pub(super) fn ChallengeStep(props: &ChallengeProps) -> Html {
    use_language();
    let session = use_session();
    let problems = use_problems();
    let submission = use_submission();
    let resending = use_submission();
    let cooldown = use_cooldown();
    let resent = use_state(|| false);
    let chosen = use_state(|| 0_usize);
    let place = use_node_ref();
    let screen = Screen {
        session: session.clone(),
        problems: problems.clone(),
        props: props.clone(),
    };
    let ways = ways(&session, &props.challenge);
    let way = ways.get(*chosen).cloned();
    {
        let (screen, submission) = (screen.clone(), submission.clone());
        let (cooldown, place) = (cooldown.clone(), place.clone());
        use_effect_with(props.challenge.clone(), move |challenge| {
            let refs = screen.problems.refs();
            let field = refs.of(match challenge {
                Challenge::Password(_) => Field::Password,
                Challenge::Custom(_) => Field::Answer,
                _ => Field::OneTimeCode,
            });
            // A key comes before the code that it makes.
            let shows_key = matches!(challenge, Challenge::SoftwareTokenSetup(_));
            match field.cast::<HtmlInputElement>() {
                Some(input) if !shows_key => {
                    // What was typed belongs to the challenge before.
                    input.set_value("");
                    focus(&field);
                }
                _ => focus(&place),
            }
            if challenge.sent_code().is_some() {
                cooldown.start(RESEND_AFTER_S);
            }
            if matches!(challenge, Challenge::WebAuthn(_))
                && let Some(answer) = screen.answer(None)
            {
                screen.send(&submission, answer);
            }
        });
    }

    let onsubmit = {
        let (screen, submission, way) = (screen.clone(), submission.clone(), way.clone());
        move |()| {
            if let Some(answer) = screen.answer(way.clone()) {
                screen.send(&submission, answer);
            }
        }
    };
    let again = {
        let screen = screen.clone();
        move |_: MouseEvent| screen.start_again(None)
    };
    let sent = props.challenge.sent_code();
    let resend = (sent.is_some() && session.can_resend_challenge()).then(|| {
        let (busy, left_s) = (resending.busy(), cooldown.left_s());
        let resent = resent.setter();
        let onclick = move |_: MouseEvent| screen.resend(&resending, &cooldown, &resent);
        let onclick = Callback::from(onclick);
        resend_button(text::SEND_ANOTHER, text::SENDING, busy, left_s, onclick)
    });
    let (label, busy_label) = match &props.challenge {
        Challenge::WebAuthn(_) => (text::PASSKEY, text::PASSKEY_BUSY),
        Challenge::Password(_) => (auth::SIGN_IN, auth::SIGN_IN_BUSY),
        _ if way == Some(Way::Password) => (auth::SIGN_IN, auth::SIGN_IN_BUSY),
        _ => (text::CONTINUE, text::CONTINUE_BUSY),
    };
    let other = match &props.challenge {
        Challenge::WebAuthn(_) | Challenge::SmsOtp(_) => text::ANOTHER_WAY,
        _ => auth::START_AGAIN,
    };
    let below = html! {
        <>
            { resend }
            <p><button type="button" class="text-link" onclick={again}>{ other }</button></p>
        </>
    };
    // The words of the code that was sent are news, and announced as such.
    let intro = match sent {
        Some(delivery) => {
            let words = match *resent {
                true => text::code_sent_again(delivery),
                false => auth::code_sent(delivery),
            };
            html! { <FormNotice text={AttrValue::from(words)} /> }
        }
        None => html! {
            <p class="form-intro" tabindex="-1" ref={place}>{ text::intro(&props.challenge) }</p>
        },
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::title(&props.challenge)} {below}>
            { intro }
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                {label}
                {busy_label}
                email={props.username.clone()}
                next={props.next.clone()}
                {onsubmit}
            >
                <p class="form-known"><bdi>{ props.username.clone() }</bdi></p>
                { choice(&ways, *chosen, &chosen.setter()) }
                { fields(props, way.as_ref(), &problems) }
                if session.options().devices && is_second_factor(&props.challenge) {
                    { remember_device(session) }
                }
            </FormFrame>
        </AuthPage>
    }
}

/// The ways to choose from; nothing where there is one only.
fn choice(ways: &[Way], chosen: usize, choose: &UseStateSetter<usize>) -> Html {
    if ways.len() < 2 {
        return Html::default();
    }
    let radio = |(index, way): (usize, &Way)| {
        let choose = choose.clone();
        let onchange = move |_: Event| choose.set(index);
        html! {
            <label class="choice" key={index}>
                <input type="radio" name="way" checked={index == chosen} {onchange} />
                { way.words() }
            </label>
        }
    };
    html! {
        <fieldset class="choices">
            <legend class="visually-hidden">{ text::WAYS }</legend>
            { for ways.iter().enumerate().map(radio) }
        </fieldset>
    }
}

/// What there is to fill in.
fn fields(props: &ChallengeProps, way: Option<&Way>, problems: &Problems) -> Html {
    let code = || {
        html! {
            <CodeField
                field={Field::OneTimeCode}
                id="challenge-code"
                problems={problems.clone()}
                autocomplete="one-time-code"
            />
        }
    };
    let password = || {
        html! {
            <>
                { known_email("challenge-email", &props.username) }
                <PasswordField
                    field={Field::Password}
                    id="challenge-password"
                    problems={problems.clone()}
                    autocomplete="current-password"
                />
            </>
        }
    };
    let line = |field: Field, autocomplete: &'static str| {
        html! {
            <TextField
                key={field.input_name()}
                {field}
                id={format!("challenge-{}", field.input_name())}
                problems={problems.clone()}
                {autocomplete}
            />
        }
    };
    match (&props.challenge, way) {
        (Challenge::SoftwareTokenSetup(setup), _) => html! {
            <>
                if let Some(secret) = &setup.secret {
                    <AuthenticatorKey secret={secret.clone()} account={props.username.clone()} />
                    { line(Field::AppName, "off") }
                }
                { code() }
            </>
        },
        (Challenge::SoftwareTokenMfa(_), _) => code(),
        (challenge, _) if challenge.sent_code().is_some() => code(),
        (Challenge::Password(_), _) | (_, Some(Way::Password)) => password(),
        (Challenge::Custom(_), _) => line(Field::Answer, "off"),
        (Challenge::MfaSetup(_), Some(Way::Mfa(MfaKind::Email))) => line(Field::Email, "email"),
        (Challenge::MfaSetup(_), Some(Way::Mfa(MfaKind::Sms))) => line(Field::PHONE, "tel"),
        _ => Html::default(),
    }
}

/// Pools ask for a second factor on devices that they do not remember.
fn is_second_factor(challenge: &Challenge) -> bool {
    matches!(
        challenge,
        Challenge::SmsMfa(_) | Challenge::EmailOtp(_) | Challenge::SoftwareTokenMfa(_)
    )
}

fn remember_device(session: Session) -> Html {
    let onchange = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into().ok());
        session.set_remember_device(input.is_some_and(|input: HtmlInputElement| input.checked()));
    };
    html! {
        <label class="choice">
            <input type="checkbox" name="remember-device" {onchange} />
            { text::REMEMBER_DEVICE }
        </label>
    }
}
