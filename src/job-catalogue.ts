/** Every kind of job: what a program that runs none of the features imports to know them. */
import './account/account.jobs.js';
import './auth/identity/identity.jobs.js';
import './chat/chat.jobs.js';
import './lifecycle/dormancy.jobs.js';
import './mail/mail.jobs.js';
import './notification/notification.jobs.js';
import './quiz/imports/import.jobs.js';
import './quiz/quiz.jobs.js';
import './quiz/submission.jobs.js';
import './scoring/regrade/regrade.jobs.js';
