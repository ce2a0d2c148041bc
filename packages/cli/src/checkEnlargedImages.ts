export { checkEnlargedImages } from '@nlrn/nn';
