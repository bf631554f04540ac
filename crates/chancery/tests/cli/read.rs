//! `chancery read`.

use serde_json::{Deserializer, Value};
use snapbox::str;

use crate::{CAPITALS, TELEGRAM, chancery, printed};

#[test]
#[allow(clippy::too_many_lines, reason = "what is printed, whole")]
fn card() {
    chancery(["read", TELEGRAM]).assert().success().stdout_eq(str![[r#"
examples/09PORTLOUIS214.txt
Form            telegram with transmission header
Cable ID        09PORTLOUIS214
Post            PORT LOUIS
Serial          000214
Date and time   2009-06-16 13:05 Z
Section         all 2
Classification  CONFIDENTIAL
Captions        SIPDIS, NOFORN
From            AMEMBASSY PORT LOUIS
To              SECSTATE WASHDC RUEHC 4471, PRIORITY
Info            SOUTHERN AF DEVELOPMENT COMMUNITY COLLECTIVE RUCNSAD
                AMEMBASSY ANTANANARIVO RUEHAN 0318, PRIORITY
                AMEMBASSY PARIS RUEHFR 0652
                AMEMBASSY LONDON RUEHLO 0477
                USEU BRUSSELS RUEHBS 0029
                HQ USAFRICOM STUTTGART GE RHMFISS
E.O.            12958
Declassify on   2019-06-15
Reasons         1.4(b), 1.4(d)
Classified by   Corwin J. Tremont (Ambassador)
TAGS            PREL, PGOV, EFIS, PBTS (subject)
                MP, SE, MA (place)
Subject         MAURITIUS: FISHERIES MINISTER WANTS JOINT PATROLS BEFORE THE VICTORIA
                CONFERENCE
References      A. 09PORTLOUIS198
                B. 08ANTANANARIVO871
                C. HALVORD-TREMONT E-MAIL (09JUN09)
Signature       TREMONT
Redactions      1
Page lines      1

header
    VZCZCXRO7712
    PP RUEHBZ RUEHDU RUEHJO RUEHMR
    DE RUEHPL #0214/01 1671305
    ZNY CCCCC ZZH
    P 161305Z JUN 09
    FM AMEMBASSY PORT LOUIS
    TO RUEHC/SECSTATE WASHDC PRIORITY 4471
    INFO RUCNSAD/SOUTHERN AF DEVELOPMENT COMMUNITY COLLECTIVE
    RUEHAN/AMEMBASSY ANTANANARIVO PRIORITY 0318
    RUEHFR/AMEMBASSY PARIS 0652
    RUEHLO/AMEMBASSY LONDON 0477
    RUEHBS/USEU BRUSSELS 0029
    RHMFISS/HQ USAFRICOM STUTTGART GE
    C O N F I D E N T I A L SECTION 01 OF 02 PORT LOUIS 000214
    SIPDIS
    NOFORN
    DEPT FOR AF/E (JHALVORD) AND OES/OMC
    E.O. 12958: DECL: 06/15/2019
    TAGS: PREL, PGOV, EFIS, PBTS, MP, SE, MA
    SUBJECT: MAURITIUS: FISHERIES MINISTER WANTS JOINT PATROLS BEFORE THE VICTORIA CONFERENCE
    REF: A. PORT LOUIS 198
    B. 08 ANTANANARIVO 871
    C. HALVORD-TREMONT E-MAIL (09JUN09)
    Classified By: Ambassador Corwin J. Tremont for reasons 1.4 (b) and (d).

heading
    -------
    SUMMARY
    -------

1 (C/NF) summary
    1. (C/NF) Fisheries Minister Armand Veloutier told the Ambassador on June 12 that
    Mauritius wants joint patrols with Seychelles and Madagascar in place before the
    Indian Ocean Tuna Commission meets in Victoria on August 3. Veloutier said that the
    Mauritian National Coast Guard can spare one vessel, and asked whether AFRICOM could
    train its boarding crews. Opposition leader Sunita Rajcoomar-Leclezio supports the
    plan; the Port Louis Chamber of Fisheries does not. END SUMMARY.

heading
    --------------------------------
    A MINISTER WITH A MAP AND A PLAN
    --------------------------------

2 (C)
    2. (C) Veloutier received the Ambassador and EconOff at his office in Port Louis.
    "We lose a third of our catch to ships that nobody has licensed," he said, and
    pointed to the waters between Rodrigues and the Cargados Carajos shoals. According
    to Permanent Secretary Dev Harrysing, the ministry counted 41 foreign vessels there
    in May, most of them with papers from a company in Tulear that the Malagasy police
    could not find (ref B).

3 (SBU)
    3. (SBU) Veloutier's deputy, Captain Noelline Abadie (retired), has drawn up the
    schedule: Mauritius would patrol in July, Seychelles in August, and Madagascar in
    September. Abadie said that the European Union would pay for fuel under the 2007
    Fisheries Partnership Agreement. The EU's delegate, Pieter van Oosterzee, later told
    PolOff that Brussels had agreed to "nothing of the kind."

4 (C/NF)
    4. (C/NF) On the question of boarding crews, Veloutier recalled that a frigate, USS
    Harlan Pierce, had called at Port Louis in 2008, and that two of its officers had
    taught a course at the Coast Guard's school in Le Chaland. He asked for the same
    again. XXXXXXXXXXXX of the Prime Minister's office told us separately that the
    Cabinet had not yet seen the request.

heading
    ---------------------
    CRITICS AT THE HARBOR
    ---------------------

5 (U)
    5. (U) L'Observateur des Iles reported on June 14 that the Port Louis Chamber of
    Fisheries calls the plan "a gift to Victoria." Its president, Jean-Yves Kallimootoo,
    fears that Seychellois inspectors would hold Mauritian boats in Mahe for weeks. The
    paper's editor, Anjali Bhoyroo, wrote that Kallimootoo "has three such boats
    himself."

6 (C) comment
    6. (C) COMMENT: Veloutier is sincere, and Harrysing is able; but the ministry has
    announced patrols in each of the last four years and has sent none. A small training
    team from Djibouti would cost little and would show whether the Coast Guard can use
    it. END COMMENT.

7 (C) action request
    7. (C) ACTION REQUEST: Post would welcome the Department's views before Veloutier
    travels to Victoria. See also http://portlouis.example.gov/fisheries.

signature
    TREMONT


"#]]);
}

#[test]
fn card_of_a_telegram_in_capitals() {
    chancery(["read", CAPITALS]).assert().success().stdout_eq(str![[r#"
examples/1974STATE091352.txt
Form            telegram in capitals
Cable ID        74STATE91352
Post            STATE
Serial          091352
Date and time   1974-05-03 17:42 Z
Classification  LIMITED OFFICIAL USE
From            SECSTATE WASHDC
To              AMEMBASSY REYKJAVIK
Info            AMEMBASSY OSLO
                AMEMBASSY COPENHAGEN
                USMISSION NATO
E.O.            11652
TAGS            EFIS, PFOR (subject)
                IC, NO (place)
Subject         CALL BY ICELANDIC TRADE DELEGATION
References      74REYKJAVIK512
                74OSLO1877
Signature       STANNARD
Page lines      5

header
    LIMITED OFFICIAL USE
    66
    ORIGIN EUR-12
    INFO  OCT-01  ISO-00  IO-11  EB-07  COME-00  L-03  SS-15
    NSC-05  PRS-01  SP-02  USIA-06  /063 R
    DRAFTED BY EUR/NE:RLWHITCOMBE:MJS
    APPROVED BY EUR:AGSTANNARD
    EB/OT/TA - MR. PELLERIN (INFO)
    --------------------- 044871
    R 031742Z MAY 74
    FM SECSTATE WASHDC
    TO AMEMBASSY REYKJAVIK
    INFO AMEMBASSY OSLO
    AMEMBASSY COPENHAGEN
    USMISSION NATO
    LIMITED OFFICIAL USE STATE 091352
    E.O. 11652: N/A
    TAGS: EFIS, PFOR, IC, NO
    SUBJECT: CALL BY ICELANDIC TRADE DELEGATION
    REF: REYKJAVIK 512; OSLO 1877

1
    1. ICELANDIC TRADE DELEGATION LED BY HALLDOR STEINGRIMSSON CALLED ON DEPUTY
    ASSISTANT SECRETARY STANNARD MAY 2. EMBASSY COUNSELOR SIGRUN EYFELLS AND WHITCOMBE
    (EUR/NE) ALSO TOOK PART.

2
    2. STEINGRIMSSON SAID THAT ICELAND HOPED TO SELL FROZEN COD TO BOSTON AND GLOUCESTER
    AT LAST YEAR'S PRICES, AND ASKED WHETHER THE DEPARTMENT OF COMMERCE MEANT TO RAISE
    THE DUTY. STANNARD REPLIED THAT HE KNEW OF NO SUCH PLAN. HE ADDED THAT THE NORWEGIAN
    AMBASSADOR, KNUT BRATTEGARD, HAD PUT THE SAME QUESTION IN APRIL (REF B).

3
    3. EYFELLS ASKED IN PASSING ABOUT THE AGENDA FOR THE LAW OF THE SEA CONFERENCE IN
    CARACAS. WHITCOMBE SAID THAT USUN WOULD SEND A PAPER TO REYKJAVIK AND TO NATO
    MISSIONS BEFORE JUNE 1.

4
    4. FOR OSLO: PLEASE TELL BRATTEGARD'S MINISTRY THAT WE HAVE GIVEN ICELAND NO OTHER
    ANSWER.

signature
    STANNARD


"#]]);
}

#[test]
fn json_is_an_object_for_every_document() {
    let printed = printed(chancery(["read", "--json", TELEGRAM, CAPITALS]));
    let documents: Vec<Value> =
        Deserializer::from_str(&printed).into_iter().map(|read| read.expect("JSON")).collect();
    assert_eq!(documents.len(), 2);
    let header = &documents[0]["header"];
    assert_eq!(header["cable_id"]["value"], "09PORTLOUIS214");
    assert_eq!(documents[0]["format"], "telegram");
    assert_eq!(documents[1]["format"], "capitals");
}
